# AES-XTS. Best first.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  lane_kernel(aes_xts vaes512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mbmi2 -mvaes -mvpclmulqdq -maes)
  lane_kernel(aes_xts vaes256 -mavx2 -mbmi2 -mvaes -mvpclmulqdq -maes)
  lane_kernel(aes_xts aesni_avx -mavx -maes)
  lane_kernel(aes_xts aesni -msse4.1 -maes)
endif()
lane_kernel(aes_xts portable)
list(APPEND lane_family_sources aes_xts/aes_xts.c)
