# AEGIS. Best first.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  lane_kernel(aegis vaes512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mbmi2 -mvaes -mvpclmulqdq -maes)
  lane_kernel(aegis vaes256 -mavx2 -mbmi2 -mvaes -mvpclmulqdq -maes)
  lane_kernel(aegis aesni_avx -mavx -maes)
  lane_kernel(aegis aesni -msse4.1 -maes)
endif()
lane_kernel(aegis portable)
list(APPEND lane_family_sources aegis/aegis.c)
