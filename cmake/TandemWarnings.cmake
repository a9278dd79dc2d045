# tandem_warnings(target): the project's warnings, errors under TANDEM_WERROR.
function(tandem_warnings target)
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(${target} PRIVATE
      -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
      $<$<BOOL:${TANDEM_WERROR}>:-Werror>)
  endif()
endfunction()
