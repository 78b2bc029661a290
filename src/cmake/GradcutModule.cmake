# Warnings and sanitizers as interface targets: linked privately, never exported.
add_library(gradcut_warnings INTERFACE)
target_compile_options(gradcut_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wcast-qual
  -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
  # GCC 12 raises these three falsely for std::string and std::vector in optimised code (GCC bugs
  # 105329, 105651, 104336).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow>
  $<$<BOOL:${GRADCUT_WERROR}>:-Werror>)

add_library(gradcut_sanitizers INTERFACE)
if(GRADCUT_SANITIZE STREQUAL "address")
  set(_sanitizers address,undefined)
elseif(GRADCUT_SANITIZE STREQUAL "thread")
  set(_sanitizers thread)
elseif(GRADCUT_SANITIZE)
  message(FATAL_ERROR "GRADCUT_SANITIZE is '${GRADCUT_SANITIZE}', expected address, thread or nothing")
endif()
if(GRADCUT_SANITIZE)
  target_compile_options(gradcut_sanitizers INTERFACE
    -fsanitize=${_sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(gradcut_sanitizers INTERFACE -fsanitize=${_sanitizers})
endif()

# gradcut_module(NAME SOURCES a.cc b.cc DEPENDS core PUBLIC lib PRIVATE lib)
# makes the library gradcut_NAME (alias gradcut::NAME) out of src/NAME and include/gradcut/NAME.
function(gradcut_module name)
  set_property(GLOBAL APPEND PROPERTY GRADCUT_MODULES ${name})
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;DEPENDS;PUBLIC;PRIVATE")
  add_library(gradcut_${name} ${ARG_SOURCES})
  add_library(gradcut::${name} ALIAS gradcut_${name})
  target_compile_features(gradcut_${name} PUBLIC cxx_std_20)
  set_target_properties(gradcut_${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_include_directories(gradcut_${name}
    PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:include>"
    PRIVATE "${PROJECT_SOURCE_DIR}/src")
  list(TRANSFORM ARG_DEPENDS PREPEND gradcut::)
  target_link_libraries(gradcut_${name}
    PUBLIC ${ARG_DEPENDS} ${ARG_PUBLIC}
    PRIVATE ${ARG_PRIVATE} "$<BUILD_INTERFACE:gradcut_warnings>"
            "$<BUILD_INTERFACE:gradcut_sanitizers>")
endfunction()

# gradcut_test(MODULE/NAME libraries...) builds tests/MODULE/NAME_test.cc and registers it under
# the name MODULE/NAME.
function(gradcut_test name)
  string(REPLACE "/" "_" target "${name}_test")
  add_executable(${target} "${PROJECT_SOURCE_DIR}/tests/${name}_test.cc")
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${target} PRIVATE ${ARGN} GTest::gtest_main GTest::gmock
                        gradcut_warnings gradcut_sanitizers)
  target_compile_definitions(${target} PRIVATE
    GRADCUT_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
    GRADCUT_BUILD_ROOT="${PROJECT_SOURCE_DIR}/build"
    GRADCUT_DATASETS="${GRADCUT_DATASETS}")
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${target})
  # One core a test: OpenMP's spinning threads are a hundred times slower on a busy machine.
  set_tests_properties(${name} PROPERTIES ENVIRONMENT
    "OMP_NUM_THREADS=1;TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp")
endfunction()
