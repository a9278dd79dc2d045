# Catch2 programs whose every case is a ctest entry of its own.
#
#   tandem_test(name SOURCES … [LABELS unit] [LIBRARIES …] [ENVIRONMENT A=b …])
#   tandem_gpu_test(name SOURCES … [LABELS …] [LIBRARIES …] [ENVIRONMENT …])
#   tandem_two_drivers_test(name SOURCES … [LIBRARIES …] [ENVIRONMENT …])
#
# tandem_gpu_test registers each case once per Vulkan driver, as "lavapipe: name: case" and "swiftshader: name: case"
# (and "native: …" under TANDEM_TEST_NATIVE_GPU), with validation on and label gpu. A case tagged [slow] gets the label
# slow. tandem_two_drivers_test registers it once, as "two drivers: …", with both drivers in one process. A case that calls TANDEM_SKIP (tests/support/skip.hpp) shows as skipped, one that fails never does.
find_package(Catch2 2.13 REQUIRED)

# Debian's loader takes a list of manifests; naming exactly one makes a test see exactly that driver.
file(GLOB lavapipe_manifests /usr/share/vulkan/icd.d/lvp_icd*.json /etc/vulkan/icd.d/lvp_icd*.json)
list(APPEND lavapipe_manifests "")
list(GET lavapipe_manifests 0 lavapipe_manifest)
set(TANDEM_LAVAPIPE_ICD "${lavapipe_manifest}" CACHE FILEPATH "Manifest of Mesa's lavapipe driver, for the tests")
set(TANDEM_SWIFTSHADER_ICD "" CACHE FILEPATH "Manifest of the SwiftShader driver, for the tests")
option(TANDEM_TEST_NATIVE_GPU "Run the GPU tests on this machine's own GPU too" OFF)
if(TANDEM_SANITIZE) # several times as slow
  set(usual_timeout 1200)
else()
  set(usual_timeout 300)
endif()
set(TANDEM_TEST_TIMEOUT ${usual_timeout} CACHE STRING "Seconds a test may take; one that is [slow] six times as many")

add_library(tandem_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_link_libraries(tandem_test_main PUBLIC tandem::tandem Catch2::Catch2)
target_include_directories(tandem_test_main PUBLIC ${PROJECT_SOURCE_DIR}/tests)

# Builds the program; the registering functions below give it its entries.
function(tandem_test_program name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LABELS;LIBRARIES;ENVIRONMENT" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE tandem_test_main ${TEST_LIBRARIES})
  tandem_warnings(${name})
endfunction()

# One entry per case, listed by the program itself after it is linked. Lists travel with | for ;.
function(tandem_discover name prefix labels environment)
  string(MAKE_C_IDENTIFIER "${prefix}${name}" stem)
  set(listing ${CMAKE_CURRENT_BINARY_DIR}/${stem}_tests.cmake)
  list(APPEND environment ${TANDEM_SANITIZER_ENVIRONMENT})
  string(REPLACE ";" "|" labels "${labels}")
  string(REPLACE ";" "|" environment "${environment}")
  add_custom_command(TARGET ${name} POST_BUILD BYPRODUCTS ${listing} VERBATIM
    COMMAND ${CMAKE_COMMAND} -D "program=$<TARGET_FILE:${name}>" -D "prefix=${prefix}${name}:"
      -D "labels=${labels}" -D "environment=${environment}" -D "timeout=${TANDEM_TEST_TIMEOUT}"
      -D "listing=${listing}" -P ${PROJECT_SOURCE_DIR}/cmake/TandemDiscover.cmake)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${stem}_include.cmake
    "if(EXISTS [[${listing}]])\n  include([[${listing}]])\nelse()\n"
    "  add_test([[${prefix}${name}: not built]] [[${name}]])\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/${stem}_include.cmake)
endfunction()

function(tandem_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LABELS;LIBRARIES;ENVIRONMENT" ${ARGN})
  tandem_test_program(${name} ${ARGN})
  tandem_discover(${name} "" "${TEST_LABELS}" "${TEST_ENVIRONMENT}")
endfunction()

function(tandem_gpu_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LABELS;LIBRARIES;ENVIRONMENT" ${ARGN})
  tandem_test_program(${name} ${ARGN})
  list(APPEND TEST_LABELS gpu)
  list(REMOVE_DUPLICATES TEST_LABELS)
  set(drivers lavapipe swiftshader)
  if(TANDEM_TEST_NATIVE_GPU)
    list(APPEND drivers native)
  endif()
  foreach(driver IN LISTS drivers)
    set(environment ${TEST_ENVIRONMENT} TANDEM_VALIDATION=1 TANDEM_TEST_DRIVER=${driver}
      TANDEM_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache/${driver})
    string(TOUPPER ${driver} upper)
    if(driver STREQUAL native)
      tandem_discover(${name} "native: " "${TEST_LABELS}" "${environment}")
    elseif(TANDEM_${upper}_ICD)
      tandem_discover(${name} "${driver}: " "${TEST_LABELS}" "VK_DRIVER_FILES=${TANDEM_${upper}_ICD};${environment}")
    else()
      add_test(NAME "${driver}: ${name}: all" COMMAND ${CMAKE_COMMAND} -E echo
        "SKIPPED: no ${driver} driver (set TANDEM_${upper}_ICD, or run ./dev deps)")
      set_tests_properties("${driver}: ${name}: all" PROPERTIES
        LABELS "${TEST_LABELS}" SKIP_REGULAR_EXPRESSION "^SKIPPED:")
    endif()
  endforeach()
endfunction()

function(tandem_two_drivers_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES;ENVIRONMENT" ${ARGN})
  tandem_test_program(${name} ${ARGN})
  if(TANDEM_LAVAPIPE_ICD AND TANDEM_SWIFTSHADER_ICD)
    set(environment ${TEST_ENVIRONMENT} VK_DRIVER_FILES=${TANDEM_LAVAPIPE_ICD}:${TANDEM_SWIFTSHADER_ICD} TANDEM_VALIDATION=1
      TANDEM_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache/two)
    tandem_discover(${name} "two drivers: " gpu "${environment}")
  else()
    add_test(NAME "two drivers: ${name}: all" COMMAND ${CMAKE_COMMAND} -E echo
      "SKIPPED: lavapipe and SwiftShader are not both there (./dev deps)")
    set_tests_properties("two drivers: ${name}: all" PROPERTIES LABELS gpu SKIP_REGULAR_EXPRESSION "^SKIPPED:")
  endif()
endfunction()
