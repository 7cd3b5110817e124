# AES-CTR. Best first.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  lane_kernel(aes_ctr aesni_avx -mavx -maes)
  lane_kernel(aes_ctr aesni -msse4.1 -maes)
endif()
lane_kernel(aes_ctr portable)
list(APPEND lane_family_sources aes_ctr/aes_ctr.c)
