# AES-CCM. Best first.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  lane_kernel(aes_ccm aesni_avx -mavx -maes)
  lane_kernel(aes_ccm aesni -msse4.1 -maes)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  lane_kernel(aes_ccm neon_aes -march=armv8-a+crypto)
endif()
lane_kernel(aes_ccm portable)
list(APPEND lane_family_sources aes_ccm/aes_ccm.c)
