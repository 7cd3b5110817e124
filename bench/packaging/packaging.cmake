# SPDX-License-Identifier: MIT
# What concerns the installed tree as a whole. What is installed is said beside each target, with its component:
#   library   liblanecrypt.so.0              tools      the command, its engines, man pages, completions
#   dev       headers, .a, .pc, CMake's      provider   OpenSSL's module
#   cbench    the C API over Google Benchmark

# cmake --build build --target uninstall, with the DESTDIR that was used.
add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
  -P ${CMAKE_CURRENT_LIST_DIR}/uninstall.cmake VERBATIM)
