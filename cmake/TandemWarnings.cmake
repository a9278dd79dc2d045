# tandem_warnings(target): the project's warnings, errors under TANDEM_WERROR.
function(tandem_warnings target)
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(${target} PRIVATE
      -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
      $<$<BOOL:${TANDEM_WERROR}>:-Werror>
      # clang's -Wconversion counts signs too, and it warns inside libstdc++ 12's own std::stable_sort.
      "$<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion;-Wno-deprecated-declarations>"
      # g++ 12 sees overlap in every string concatenation (GCC bug 105651).
      $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
    if(TANDEM_SANITIZE STREQUAL "thread") # g++ 12 inlines one half of Asio's aligned_new and aligned_delete, and misses the other
      target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
    endif()
  endif()
endfunction()
