# Programs and the libraries they need in one folder, found through $ORIGIN: cmake -D build=… -D output=… -P TandemBundle.cmake
cmake_minimum_required(VERSION 3.25)

get_filename_component(build ${build} ABSOLUTE)
get_filename_component(output ${output} ABSOLUTE)
file(REMOVE_RECURSE ${output})

foreach(component IN ITEMS library tools)
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${build} --prefix ${output} --component ${component}
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endforeach()

file(GLOB programs ${output}/bin/*)
file(GLOB_RECURSE libraries ${output}/lib/*.so*)

# What is the target system's: the C library, the compiler's run time (a newer system's Vulkan driver needs its own newer one, and would not
# load into a program that has brought an older one along), and the Vulkan loader.
set(system_libraries "^(ld-linux.*|linux-vdso|libc|libm|libdl|libpthread|librt|libstdc\\+\\+|libgcc_s|libvulkan)\\.so")
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${programs} LIBRARIES ${libraries}
  RESOLVED_DEPENDENCIES_VAR needed UNRESOLVED_DEPENDENCIES_VAR unresolved
  PRE_EXCLUDE_REGEXES ${system_libraries})
if(unresolved)
  message(FATAL_ERROR "not found: ${unresolved}")
endif()

file(GLOB_RECURSE own ${output}/lib/libtandem.so.*)
list(GET own 0 own)
get_filename_component(library_folder ${own} DIRECTORY)
foreach(library IN LISTS needed)
  if(NOT library MATCHES "^${output}/")
    file(COPY ${library} DESTINATION ${library_folder} FOLLOW_SYMLINK_CHAIN)
  endif()
endforeach()

file(GLOB bundled ${library_folder}/*.so.*)
foreach(item IN LISTS programs bundled)
  if(NOT IS_SYMLINK ${item})
    cmake_path(GET item PARENT_PATH folder)
    cmake_path(RELATIVE_PATH library_folder BASE_DIRECTORY ${folder} OUTPUT_VARIABLE way)
    execute_process(COMMAND patchelf --set-rpath "$ORIGIN/${way}" ${item} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()

list(LENGTH programs count)
message("${output}: ${count} programs; run bin/tandem-bench from wherever the folder is")
