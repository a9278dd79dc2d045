cmake_minimum_required(VERSION 3.25)
# Run after a test program is linked: writes the ctest entries of its cases to ${listing}.
# In: program, prefix, labels and environment (| between items), timeout, listing.
string(REPLACE "|" ";" labels "${labels}")
string(REPLACE "|" ";" environment "${environment}")

# Catch2 2 answers with the number of cases as its exit status, so only the text counts.
function(list_cases out)
  execute_process(COMMAND ${program} --list-test-names-only ${ARGN}
    OUTPUT_VARIABLE text ERROR_VARIABLE problem RESULT_VARIABLE status)
  if(NOT status MATCHES "^[0-9]+$")
    message(FATAL_ERROR "${program} could not list its tests (${status}):\n${problem}")
  endif()
  string(REGEX REPLACE "\n$" "" text "${text}")
  string(REPLACE ";" "<<SEMICOLON>>" text "${text}")
  string(REPLACE "[" "<<LEFT>>" text "${text}") # brackets would glue CMake's list items together
  string(REPLACE "]" "<<RIGHT>>" text "${text}")
  string(REPLACE "\n" ";" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

list_cases(cases)
list_cases(slow_cases "[slow]")
if(NOT cases)
  message(FATAL_ERROR "${program} has no test cases")
endif()

set(script "")
foreach(case IN LISTS cases)
  set(case_labels ${labels})
  set(case_timeout ${timeout})
  if("${case}" IN_LIST slow_cases)
    list(APPEND case_labels slow)
    math(EXPR case_timeout "6 * ${timeout}")
  endif()
  string(REPLACE "<<LEFT>>" "[" name "${case}")
  string(REPLACE "<<RIGHT>>" "]" name "${name}")
  string(REPLACE "<<SEMICOLON>>" ";" name "${name}")
  string(REGEX REPLACE "([][,])" "\\\\\\1" pattern "${name}")
  string(APPEND script
    "add_test([==[${prefix} ${name}]==] [==[${program}]==] [==[${pattern}]==])\n"
    "set_tests_properties([==[${prefix} ${name}]==] PROPERTIES TIMEOUT ${case_timeout} SKIP_RETURN_CODE 77"
    " LABELS [==[${case_labels}]==] ENVIRONMENT [==[${environment}]==])\n")
endforeach()
file(WRITE ${listing} "${script}")
