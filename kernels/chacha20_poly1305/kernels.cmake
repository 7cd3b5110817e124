# SPDX-License-Identifier: MIT
list(APPEND lane_family_sources chacha20_poly1305/chacha20_poly1305.c chacha20_poly1305/xchacha20_poly1305.c)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  lane_kernel(chacha20_poly1305 avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512ifma -mavx2 -mbmi2)
  lane_kernel(chacha20_poly1305 avx2 -mavx2 -mbmi2)
  lane_kernel(chacha20_poly1305 ssse3 -mssse3)
endif()
lane_kernel(chacha20_poly1305 portable)
