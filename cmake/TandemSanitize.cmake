# TANDEM_SANITIZE: a list for -fsanitize=, such as "address,undefined" or "thread"; everything built here gets it.
set(TANDEM_SANITIZE "" CACHE STRING "Sanitizers to build with, as in -fsanitize= (address,undefined or thread)")

if(TANDEM_SANITIZE)
  set(flags -fsanitize=${TANDEM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_compile_options(${flags})
  add_link_options(${flags})

  # The tests run with these; each suppression file says why it holds what it holds.
  set(TANDEM_SANITIZER_ENVIRONMENT
    ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:protect_shadow_gap=0
    LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/sanitizers/lsan.supp:print_suppressions=0
    UBSAN_OPTIONS=print_stacktrace=1
    TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/sanitizers/tsan.supp:ignore_noninstrumented_modules=1)
endif()
