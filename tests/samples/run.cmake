# A sample and its arguments: cmake -P run.cmake -- program arguments…
# ctest alone would go by what is printed; a sample that ends in an error, or in a sanitizer's report, has failed whatever it printed.
cmake_minimum_required(VERSION 3.25)

set(command "")
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(at RANGE 4 ${last})
  list(APPEND command "${CMAKE_ARGV${at}}")
endforeach()
execute_process(COMMAND ${command} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "WRONG: ended with ${status}")
endif()
