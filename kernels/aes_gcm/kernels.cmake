# AES-GCM. Best first.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  lane_kernel(aes_gcm vaes512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mbmi2 -mvaes -mvpclmulqdq -maes -mpclmul)
  lane_kernel(aes_gcm vaes256 -mavx2 -mbmi2 -mvaes -mvpclmulqdq -maes -mpclmul)
  lane_kernel(aes_gcm aesni_avx -mavx -maes -mpclmul)
  lane_kernel(aes_gcm aesni -msse4.1 -maes -mpclmul)
endif()
lane_kernel(aes_gcm portable)
list(APPEND lane_family_sources aes_gcm/aes_gcm.c primitives.c)
