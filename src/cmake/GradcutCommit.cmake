# GRADCUT_COMMIT: what is built, for version.h. Packagers without a repository may give it.
set(GRADCUT_COMMIT "" CACHE STRING "Commit to name in the program; empty: what git says")
if(NOT GRADCUT_COMMIT)
  find_package(Git QUIET)
  if(Git_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --dirty --abbrev=12 --exclude=*
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE GRADCUT_COMMIT
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    # Each commit, and what is added to the next one, configures again.
    foreach(file logs/HEAD index)
      execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --git-path ${file}
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE path
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
      get_filename_component(path "${path}" ABSOLUTE BASE_DIR "${PROJECT_SOURCE_DIR}")
      if(EXISTS "${path}" AND NOT IS_DIRECTORY "${path}")
        set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
      endif()
    endforeach()
  endif()
endif()
set(GRADCUT_VERSION_TEXT "${PROJECT_VERSION}")
if(GRADCUT_COMMIT)
  string(APPEND GRADCUT_VERSION_TEXT " (${GRADCUT_COMMIT})")
endif()
