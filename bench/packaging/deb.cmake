# SPDX-License-Identifier: MIT
# Debian packages, a component each: cmake --preset deb && cmake --build build-deb --target package. tests/packages
# installs them in a fresh root. What they depend on dpkg-shlibdeps reads from the files.

set(soname ${PROJECT_VERSION_MAJOR})
set(revision 1)
set(version ${PROJECT_VERSION}-${revision})

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL library dev tools)
if(TARGET lanecrypt-provider)
  list(APPEND CPACK_COMPONENTS_ALL provider)
endif()
set(CPACK_PACKAGE_NAME lanecrypt)
set(CPACK_PACKAGE_VENDOR lanecrypt)
set(CPACK_PACKAGE_CONTACT "The lanecrypt authors <lanecrypt@users.noreply.github.com>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${revision})
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

# lane_deb(<component> <name> <section> <description>): its first line says what it is, the others what for.
macro(lane_deb component name section description)
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${description}")
  list(APPEND lane_deb_names ${component} ${name})
endmacro()

lane_deb(library liblanecrypt${soname} libs "SIMD cipher engine: shared library
AES-GCM, AES-GCM-SIV, AES-CCM, ChaCha20-Poly1305, AEGIS, AES-XTS and more,
vectorised by hand for AES-NI, VAES, AVX2, AVX-512 and NEON; the best kernel
that the CPU can run is chosen at run time, a portable one is always there.")
file(CONFIGURE OUTPUT deb/shlibs CONTENT "liblanecrypt ${soname} liblanecrypt${soname} (>= ${PROJECT_VERSION})\n")
file(CONFIGURE OUTPUT deb/triggers CONTENT "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/deb/shlibs ${PROJECT_BINARY_DIR}/deb/triggers)

lane_deb(dev liblanecrypt-dev libdevel "SIMD cipher engine: what programs are built with
Headers, the static library, pkg-config's and CMake's files of liblanecrypt,
and the header that engines of the command lanecrypt are written with.")
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "liblanecrypt${soname} (= ${version})")
set(CPACK_DEBIAN_DEV_PACKAGE_SHLIBDEPS OFF)

lane_deb(tools lanecrypt utils "crypto benchmark: what a TLS handshake costs in bulk encryption
Measures symmetric ciphers, public-key operations and whole TLS handshakes of
its own kernels and of the libraries that it finds, each proven right before it
is timed, with 95 % intervals. Seals files, too.")

lane_deb(provider lanecrypt-provider libs "SIMD cipher engine: provider for OpenSSL 3
Lets programs that use OpenSSL encrypt with liblanecrypt's kernels, by a
configuration file and without a change of theirs.")
set(CPACK_DEBIAN_PROVIDER_PACKAGE_DEPENDS "libssl3 (>= 3.0) | libssl3t64")

# Each package's copyright and changelog, which an installation without packages has no use for.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_BINARY_DIR}/deb-documents.cmake)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(READ ${PROJECT_SOURCE_DIR}/LICENSE licence)
configure_file(${CMAKE_CURRENT_LIST_DIR}/documents.cmake.in deb-documents.cmake @ONLY)
include(CPack)
