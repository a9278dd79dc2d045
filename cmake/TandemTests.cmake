# tandem_test(name SOURCES … [LABELS …] [LIBRARIES …]): one Catch2 program, every case its own ctest entry.
find_package(Catch2 2.13 REQUIRED)
include(Catch)

add_library(tandem_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_link_libraries(tandem_test_main PUBLIC tandem::tandem Catch2::Catch2)

function(tandem_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LABELS;LIBRARIES" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE tandem_test_main ${TEST_LIBRARIES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  tandem_warnings(${name})
  catch_discover_tests(${name} TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS "${TEST_LABELS}" TIMEOUT 300)
endfunction()
