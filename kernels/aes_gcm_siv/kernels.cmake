# AES-GCM-SIV. Best first.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  lane_kernel(aes_gcm_siv vaes512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mbmi2 -mvaes -mvpclmulqdq -maes -mpclmul)
  lane_kernel(aes_gcm_siv vaes256 -mavx2 -mbmi2 -mvaes -mvpclmulqdq -maes -mpclmul)
  lane_kernel(aes_gcm_siv aesni_avx -mavx -maes -mpclmul)
  lane_kernel(aes_gcm_siv aesni -msse4.1 -maes -mpclmul)
endif()
lane_kernel(aes_gcm_siv portable)
list(APPEND lane_family_sources aes_gcm_siv/aes_gcm_siv.c)
