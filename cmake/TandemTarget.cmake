# The one compiled library. Each layer adds its sources and its include folder with tandem_layer().
include(GNUInstallDirs)
include(TandemWarnings)

find_package(Threads REQUIRED)
find_package(TBB REQUIRED)

add_library(tandem)
add_library(tandem::tandem ALIAS tandem)
set_target_properties(tandem PROPERTIES
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  POSITION_INDEPENDENT_CODE ON
  CXX_VISIBILITY_PRESET hidden
  VISIBILITY_INLINES_HIDDEN ON)
target_compile_features(tandem PUBLIC cxx_std_20)
# a*b+c must round twice on every CPU, as it does on a GPU: user code is compiled without contraction too.
# Loops with ?:, conversions or sqrt are vectorised only where nobody watches the floating-point exception flags and errno;
# no result depends on that.
target_compile_options(tandem PUBLIC
  $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-ffp-contract=off$<SEMICOLON>-fno-math-errno$<SEMICOLON>-fno-trapping-math>)
target_link_libraries(tandem PRIVATE TBB::tbb Threads::Threads)
tandem_warnings(tandem)

configure_file(cmake/config.hpp.in include/tandem/config.hpp @ONLY)
target_include_directories(tandem PUBLIC
  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# tandem_layer(SOURCES a.cpp b.cpp): adds the calling folder's sources, its include/ (public) and itself (private).
function(tandem_layer)
  cmake_parse_arguments(LAYER "" "" "SOURCES" ${ARGN})
  target_sources(tandem PRIVATE ${LAYER_SOURCES})
  target_include_directories(tandem
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
endfunction()
