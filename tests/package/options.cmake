# tandem with one of its options off: cmake -D option=TANDEM_WITH_… -D work=… -D compiler=… [-D launcher=…] -P options.cmake
# Configured with everything else, planned to the end, and built and tested where the option makes a difference. The library is linked
# with nothing left undefined, and what needs the option is not there.
cmake_minimum_required(VERSION 3.25)

get_filename_component(source ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/refuse.cmake)

set(targets_TANDEM_WITH_GPU dispatch_algorithms_test dispatch_tests gpu_selection_test views_test gpu_views_test gpu_language_tests
  quickstart mandelbrot directory_statistics tandem-bench)
set(targets_TANDEM_WITH_STREAMS dispatch_start_test scope_test bench_support_test quickstart word_frequency tandem-bench)
set(targets_TANDEM_WITH_TOOLS bench_support_test quickstart)
set(targets_TANDEM_WITH_MPI quickstart)
set(tests_TANDEM_WITH_GPU "algorithms_test:|^dispatch_tests:|selection_test:|views_test:|language_tests:|sample: (quickstart|mandelbrot|directory)|page")
set(tests_TANDEM_WITH_STREAMS "dispatch_start_test:|scope_test:|bench_support_test:|sample: (quickstart|word_frequency)|page")
set(tests_TANDEM_WITH_TOOLS "bench_support_test:|sample: quickstart")
set(tests_TANDEM_WITH_MPI "sample: quickstart")
set(absent_TANDEM_WITH_GPU vector_add)
set(absent_TANDEM_WITH_STREAMS word_count)
set(absent_TANDEM_WITH_TOOLS tandem-bench)
set(absent_TANDEM_WITH_MPI mpi_sample_sort)
set(component_TANDEM_WITH_GPU gpu)
set(component_TANDEM_WITH_STREAMS streams)

file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})
run(${CMAKE_COMMAND} -G Ninja -S ${source} -B ${work}/build -D${option}=OFF -DCMAKE_BUILD_TYPE=Release -DTANDEM_WERROR=ON
  -DCMAKE_CXX_COMPILER=${compiler} -DCMAKE_CXX_COMPILER_LAUNCHER=${launcher} -DCMAKE_SHARED_LINKER_FLAGS=-Wl,-z,defs
  -DTANDEM_SWIFTSHADER_ICD=${swiftshader} -DTANDEM_LAVAPIPE_ICD=${lavapipe})
run(ninja -C ${work}/build -n all)
execute_process(COMMAND ninja -C ${work}/build -n ${absent_${option}} RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
if(status EQUAL 0)
  message(FATAL_ERROR "${absent_${option}} is there, although ${option} is off")
endif()
run(${CMAKE_COMMAND} --build ${work}/build --target tandem ${targets_${option}})
run(${CMAKE_CTEST_COMMAND} --test-dir ${work}/build --output-on-failure --no-tests=error -R "${tests_${option}}" -LE "slow|structure|docs")

# Installed, it is found by who asks for nothing, and says to who asks for the component that it was built without it.
set(component "${component_${option}}")
if(component)
  foreach(part IN ITEMS library dev)
    run(${CMAKE_COMMAND} --install ${work}/build --prefix ${work}/prefix --component ${part})
  endforeach()
  set(ask ${CMAKE_COMMAND} -G Ninja -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${work}/consumer -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_CXX_COMPILER=${compiler} -DCMAKE_PREFIX_PATH=${work}/prefix)
  run(${ask} -DCOMPONENTS=)
  expect_refusal("this tandem was built without its component '${component}' .${option}=OFF" ${ask} -DCOMPONENTS=${component})
endif()
