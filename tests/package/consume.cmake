# Uses tandem as another project would: cmake -D mode=… -D build=… -D work=… -D compiler=… [-D launcher=…] -P consume.cmake
# Modes: find_package and pkg-config against a staged install (moved once, to prove that it can be), add_subdirectory, FetchContent.
cmake_minimum_required(VERSION 3.25)

set(consumer ${CMAKE_CURRENT_LIST_DIR}/consumer)
get_filename_component(source ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)

include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

function(stage prefix)
  foreach(component IN ITEMS library dev)
    run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/first-place --component ${component})
  endforeach()
  file(RENAME ${work}/first-place ${prefix})
endfunction()

file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})
set(configure ${CMAKE_COMMAND} -G Ninja -S ${consumer} -B ${work}/build -DCMAKE_BUILD_TYPE=Release
  -DCMAKE_CXX_COMPILER=${compiler} -DCMAKE_CXX_COMPILER_LAUNCHER=${launcher})

if(mode STREQUAL find_package)
  stage(${work}/prefix)
  run(${configure} -DCMAKE_PREFIX_PATH=${work}/prefix)
  run(${CMAKE_COMMAND} --build ${work}/build)
  run(${work}/build/consumer)
elseif(mode STREQUAL add_subdirectory)
  run(${configure} -DTANDEM_SOURCE=${source})
  run(${CMAKE_COMMAND} --build ${work}/build)
  run(${work}/build/consumer)
elseif(mode STREQUAL FetchContent)
  run(${configure} -DTANDEM_FETCH=${source})
  run(${CMAKE_COMMAND} --build ${work}/build)
  run(${work}/build/consumer)
elseif(mode STREQUAL pkg-config)
  stage(${work}/prefix)
  file(GLOB_RECURSE description ${work}/prefix/tandem.pc)
  get_filename_component(folder ${description} DIRECTORY)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${folder} pkg-config --cflags --libs tandem
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  get_filename_component(libraries ${folder} DIRECTORY)
  run(${compiler} -std=c++20 -O3 ${consumer}/main.cpp ${flags} -Wl,-rpath,${libraries} -o ${work}/consumer)
  run(${work}/consumer)
else()
  message(FATAL_ERROR "unknown mode '${mode}'")
endif()
