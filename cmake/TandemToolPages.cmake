# tandem_tool_pages(program): man pages (where help2man is installed) and shell completions from the program's own --help,
# installed with the tools.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(tandem_tool_pages program)
  if(CMAKE_CROSSCOMPILING)
    message(STATUS "no man pages and completions of ${program}: it cannot be run here")
    return()
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${program}-pages)
  set(script ${PROJECT_SOURCE_DIR}/cmake/tool_pages.py)
  add_custom_command(OUTPUT ${folder}/${program}.bash VERBATIM
    COMMAND Python3::Interpreter ${script} $<TARGET_FILE:${program}> ${folder}
    DEPENDS ${program} ${script} COMMENT "Writing man pages and completions of ${program}")
  add_custom_target(${program}_pages ALL DEPENDS ${folder}/${program}.bash)
  install(FILES ${folder}/${program}.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    RENAME ${program} COMPONENT tools)
  foreach(place IN ITEMS site-functions vendor-completions) # zsh's own, and the one that Debian's zsh looks into below /usr
    install(FILES ${folder}/_${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${place} COMPONENT tools)
  endforeach()
  install(FILES ${folder}/${program}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT tools)
  install(DIRECTORY ${folder}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT tools OPTIONAL)
endfunction()
