# SPDX-License-Identifier: MIT
# What concerns the installed tree as a whole. What is installed is said beside each target, with its component:
#   library   liblanecrypt.so.0              tools      the command, its engines, man pages, completions
#   dev       headers, .a, .pc, CMake's      provider   OpenSSL's module
#   cbench    the C API over Google Benchmark

# Man pages, compressed as Debian wants them. Their options are compared with --help by tests/install/manual.py.
find_program(LANE_GZIP gzip)
mark_as_advanced(LANE_GZIP)
add_custom_target(man-pages ALL)
# lane_man(<component> <page>…)
function(lane_man component)
  foreach(page ${ARGN})
    cmake_path(GET page FILENAME name)
    cmake_path(GET page EXTENSION LAST_ONLY section)
    string(SUBSTRING ${section} 1 -1 section)
    if(LANE_GZIP)
      set(compressed ${PROJECT_BINARY_DIR}/man/${name}.gz)
      add_custom_command(OUTPUT ${compressed} DEPENDS ${page} COMMAND ${LANE_GZIP} -9nc ${page} >${compressed})
      target_sources(man-pages PRIVATE ${compressed})
      set(page ${compressed})
    endif()
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT ${component})
  endforeach()
endfunction()
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/man)
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/man/*.1)
lane_man(tools ${pages})
lane_man(dev ${PROJECT_SOURCE_DIR}/kernels/packaging/lanecrypt.3)

set(zsh site-functions)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr" AND EXISTS /etc/debian_version)
  set(zsh vendor-completions) # Debian's zsh looks there
endif()
set(completion ${CMAKE_CURRENT_LIST_DIR}/completion)
install(FILES ${completion}/lanecrypt.bash RENAME lanecrypt
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT tools)
install(FILES ${completion}/_lanecrypt DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${zsh} COMPONENT tools)
install(FILES ${completion}/lanecrypt.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT tools)

# cmake --build build --target uninstall, with the DESTDIR that was used.
add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
  -P ${CMAKE_CURRENT_LIST_DIR}/uninstall.cmake VERBATIM)

set(documents README.md SECURITY.md bench/sealed-files.md)
list(TRANSFORM documents PREPEND ${PROJECT_SOURCE_DIR}/)
install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT tools)

include(${CMAKE_CURRENT_LIST_DIR}/deb.cmake)
