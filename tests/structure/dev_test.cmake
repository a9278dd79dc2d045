# ./dev says what it can do, and refuses what it cannot, from any folder: cmake -D dev=… -P dev_test.cmake
cmake_minimum_required(VERSION 3.25)

function(expect status pattern)
  execute_process(COMMAND ${dev} ${ARGN} WORKING_DIRECTORY / OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE actual)
  if(NOT actual EQUAL status OR NOT "${out}${err}" MATCHES "${pattern}")
    message(FATAL_ERROR "dev ${ARGN}: status ${actual}, expected ${status} and '${pattern}':\n${out}${err}")
  endif()
endfunction()

foreach(verb IN ITEMS deps build demo test bench check docs install package bundle help)
  expect(0 "\n  ${verb} " help)
endforeach()
expect(0 "usage: " --help)
expect(1 "unknown verb 'frobnicate'" frobnicate)
expect(1 "install needs one argument, the folder" install)
expect(1 "unknown preset 'fast'.*release dev asan tsan asan-cpu tsan-cpu no-gpu" build fast)
