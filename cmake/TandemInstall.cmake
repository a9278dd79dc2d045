# Install and export: find_package(tandem), pkg-config, and the Debian packages made of the components
# `library` (libtandem), `dev` (headers, CMake and pkg-config files) and `tools` (tandem-bench).
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tandem)

install(TARGETS tandem EXPORT tandemTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT dev
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
if(TANDEM_WITH_STREAMS)
  install(TARGETS tandem_streams EXPORT tandemTargets)
endif()
foreach(layer IN ITEMS cpu gpu dispatch)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${layer}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
    FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/include/tandem/config.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tandem COMPONENT dev)

install(EXPORT tandemTargets NAMESPACE tandem:: DESTINATION ${package_dir} COMPONENT dev)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/tandemConfig.cmake.in
  ${PROJECT_BINARY_DIR}/tandemConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tandemConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tandemConfig.cmake ${PROJECT_BINARY_DIR}/tandemConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT dev)

# Paths relative to the file itself, so that an install prefix can be moved.
file(RELATIVE_PATH pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" pc_to_prefix "${pc_to_prefix}")
configure_file(${PROJECT_SOURCE_DIR}/cmake/tandem.pc.in ${PROJECT_BINARY_DIR}/tandem.pc @ONLY)
set(descriptions ${PROJECT_BINARY_DIR}/tandem.pc)
if(TANDEM_WITH_STREAMS)
  get_target_property(streams_definitions tandem_streams INTERFACE_COMPILE_DEFINITIONS)
  list(TRANSFORM streams_definitions PREPEND -D)
  list(JOIN streams_definitions " " streams_definitions)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/tandem-streams.pc.in ${PROJECT_BINARY_DIR}/tandem-streams.pc @ONLY)
  list(APPEND descriptions ${PROJECT_BINARY_DIR}/tandem-streams.pc)
endif()
install(FILES ${descriptions} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT library)

if(PROJECT_IS_TOP_LEVEL)
  include(TandemPackages)
endif()
