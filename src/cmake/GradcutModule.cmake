# Warnings and sanitizers as interface targets: linked privately, never exported.
add_library(gradcut_warnings INTERFACE)
target_compile_options(gradcut_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wcast-qual
  -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
  # GCC 12 raises these falsely for std::string and std::vector in optimised code (GCC bugs 105329,
  # 105651, 104336).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread>
  # What it adds for the sanitizers looks uninitialised to it.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${GRADCUT_SANITIZE}>>:-Wno-maybe-uninitialized>
  # LibTorch's headers have fences, which that sanitizer does not follow; none here does.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<STREQUAL:${GRADCUT_SANITIZE},thread>>:-Wno-tsan>
  # Of files that are compiled as one it takes each for a header.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
  # Clang knows no `GCC ivdep`, and takes names of one such file for outer ones of the next.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-unknown-pragmas>
  $<$<AND:$<CXX_COMPILER_ID:Clang>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-shadow>
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
# What libFuzzer is guided by.
if(GRADCUT_FUZZ)
  target_compile_options(gradcut_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
endif()

# gradcut_ladder("NAME | MODULE...") says of each module which others it may use, and adds their
# folders in that order; without LibTorch only those that do not stand on `model`. Writes the ladder
# to ladder.txt of the build folder.
function(gradcut_ladder)
  set(without_torch model)
  set(text "")
  foreach(rung IN LISTS ARGN)
    string(REGEX MATCH "^([a-z]+) *\\|(.*)$" _ "${rung}")
    set(module ${CMAKE_MATCH_1})
    separate_arguments(uses UNIX_COMMAND "${CMAKE_MATCH_2}")
    foreach(used IN LISTS uses)
      if(NOT used IN_LIST modules)
        message(FATAL_ERROR "module ${module} uses ${used}, which does not stand before it")
      endif()
      if(used IN_LIST without_torch)
        list(APPEND without_torch ${module})
      endif()
    endforeach()
    list(APPEND modules ${module})
    string(STRIP "${rung}" line)
    string(APPEND text "${line}\n")
    set_property(GLOBAL PROPERTY GRADCUT_USES_${module} "${uses}")
    if(GRADCUT_WITH_TORCH OR NOT module IN_LIST without_torch)
      add_subdirectory(${module})
    endif()
  endforeach()
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/ladder.txt" CONTENT "${text}" @ONLY)
endfunction()

# gradcut_module(NAME PUBLIC lib PRIVATE lib) makes the library gradcut_NAME (alias gradcut::NAME)
# out of src/NAME and include/gradcut/NAME, with the modules that the ladder gives it.
function(gradcut_module name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "PUBLIC;PRIVATE")
  set_property(GLOBAL APPEND PROPERTY GRADCUT_MODULES ${name})
  get_property(uses GLOBAL PROPERTY GRADCUT_USES_${name})
  list(TRANSFORM uses PREPEND gradcut::)
  file(GLOB sources CONFIGURE_DEPENDS "*.cc")
  add_library(gradcut_${name} ${sources})
  add_library(gradcut::${name} ALIAS gradcut_${name})
  target_compile_features(gradcut_${name} PUBLIC cxx_std_20)
  set_target_properties(gradcut_${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_include_directories(gradcut_${name}
    PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:include>"
    PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(gradcut_${name}
    PUBLIC ${uses} ${ARG_PUBLIC}
    PRIVATE ${ARG_PRIVATE} "$<BUILD_INTERFACE:gradcut_warnings>"
            "$<BUILD_INTERFACE:gradcut_sanitizers>")
endfunction()

# gradcut_keep_apart(FILE...): files that a unity build does not join with others of their module, since the
# program without LibTorch (cli/torch_body.h) links them, or all but them. Preset `tidy` links nothing.
function(gradcut_keep_apart)
  list(TRANSFORM ARGN APPEND .cc)
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# For a module whose files include LibTorch's headers, which take ten seconds a file: they are compiled
# once for all of these, and each file stands apart, as above. Where they are not (preset `tidy`), the
# files are joined like those of other modules.
function(gradcut_with_torch_headers module)
  if(NOT TARGET gradcut_torch_headers)
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/no_code.cc" CONTENT "")
    add_library(gradcut_torch_headers OBJECT "${PROJECT_BINARY_DIR}/no_code.cc")
    target_compile_features(gradcut_torch_headers PRIVATE cxx_std_20)
    set_target_properties(gradcut_torch_headers PROPERTIES CXX_EXTENSIONS OFF)
    target_link_libraries(gradcut_torch_headers PRIVATE LibTorch::LibTorch gradcut_opencv fmt::fmt
                          gradcut_warnings gradcut_sanitizers)
    target_precompile_headers(gradcut_torch_headers PRIVATE
      <ATen/ATen.h> <torch/csrc/autograd/autograd.h> <opencv2/core.hpp> <fmt/format.h> <filesystem>)
  endif()
  target_precompile_headers(gradcut_${module} REUSE_FROM gradcut_torch_headers)
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    set_target_properties(gradcut_${module} PROPERTIES UNITY_BUILD OFF)
  endif()
endfunction()

# gradcut_python_module(NAME RUNG) makes the extension module gradcut.NAME out of the sources of the
# rung, with the modules that the ladder gives it; one file serves Python 3.11 and all later ones. In
# the build folder the package lies whole in GRADCUT_PYTHON_DIR.
set(GRADCUT_PYTHON_DIR "${PROJECT_BINARY_DIR}/python")
function(gradcut_python_module name rung)
  get_property(uses GLOBAL PROPERTY GRADCUT_USES_${rung})
  list(REMOVE_ITEM uses python)
  list(TRANSFORM uses PREPEND gradcut::)
  file(GLOB sources CONFIGURE_DEPENDS "*.cc")
  nanobind_add_module(${name} BACKEND_MODULE nanobind_backend STABLE_ABI_VERSION 3.11
                      NOMINSIZE NB_SUPPRESS_WARNINGS ${sources})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  # The library's symbols are nobody else's: another package may hold another version.
  # Nor does a wheel carry libraries that nothing here calls, such as libarchive.
  target_link_options(${name} PRIVATE LINKER:--exclude-libs,ALL LINKER:--as-needed)
  target_link_libraries(${name} PRIVATE ${uses} gradcut_warnings gradcut_sanitizers)
  target_compile_options(${name} PRIVATE -Wno-old-style-cast)
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${GRADCUT_PYTHON_DIR}/gradcut")
  install(TARGETS ${name} LIBRARY DESTINATION gradcut COMPONENT python EXCLUDE_FROM_ALL)
endfunction()

# What nearly all tests include, compiled once: by the tests of core, and with LibTorch's headers by a
# program of nothing else.
function(gradcut_precompile_test_headers target module)
  set(headers <gmock/gmock.h> <gtest/gtest.h> <opencv2/core.hpp> <nlohmann/json.hpp>
              <filesystem> <map> <string> <vector>)
  if(module STREQUAL "core")
    target_precompile_headers(${target} PRIVATE ${headers})
    return()
  elseif(NOT module MATCHES "^(model|saliency|objectness|segment|labels)$")
    target_precompile_headers(${target} REUSE_FROM core_test)
    return()
  endif()
  if(NOT TARGET torch_test_headers)
    add_executable(torch_test_headers "${PROJECT_BINARY_DIR}/no_code.cc")
    target_compile_features(torch_test_headers PRIVATE cxx_std_20)
    target_link_libraries(torch_test_headers PRIVATE LibTorch::LibTorch gradcut_opencv GTest::gtest_main
                          GTest::gmock gradcut_warnings gradcut_sanitizers)
    target_compile_options(torch_test_headers PRIVATE -O0 -U_FORTIFY_SOURCE)
    target_precompile_headers(torch_test_headers PRIVATE ${headers} <ATen/ATen.h> <torch/csrc/autograd/autograd.h>)
    set_target_properties(torch_test_headers PROPERTIES UNITY_BUILD OFF
                          RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  endif()
  target_precompile_headers(${target} REUSE_FROM torch_test_headers)
endfunction()

# gradcut_tests(MODULE libraries...) builds tests/MODULE/*_test.cc into one program and registers
# each file X_test.cc as the test MODULE/X, by the names of the suites in it. MODULE/unlisted fails
# if a test belongs to no file. MODULE/datasets needs real data: it has the label `datasets`, and is left
# out, as ctest then says, where there are none.
# All of them but that of the program itself are the target `module_tests`.
function(gradcut_tests module)
  set(target ${module}_test)
  if(NOT module STREQUAL "cli")
    if(NOT TARGET module_tests)
      add_custom_target(module_tests)
    endif()
    add_dependencies(module_tests ${target})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${module}/*_test.cc")
  add_executable(${target} ${sources})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${target} PRIVATE ${ARGN} GTest::gtest_main GTest::gmock
                        gradcut_warnings gradcut_sanitizers)
  # To be compiled soon, rather than to run fast: what takes time is the library.
  target_compile_options(${target} PRIVATE -O0 -U_FORTIFY_SOURCE)
  # Each file has names of its own for what it tests.
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  gradcut_precompile_test_headers(${target} ${module})
  target_compile_definitions(${target} PRIVATE
    GRADCUT_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
    GRADCUT_BUILD_ROOT="${PROJECT_SOURCE_DIR}/build"
    GRADCUT_DATASETS="${GRADCUT_DATASETS}")
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")

  foreach(source IN LISTS sources)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
    file(STRINGS "${source}" lines REGEX "^TEST(_F|_P)?\\(")
    set(patterns "")
    foreach(line IN LISTS lines)
      string(REGEX MATCH "^TEST(_F|_P)?\\(([A-Za-z0-9_]+)" _ "${line}")
      list(APPEND patterns "${CMAKE_MATCH_2}.*")
      if(CMAKE_MATCH_1 STREQUAL "_P")
        list(APPEND patterns "*/${CMAKE_MATCH_2}.*")
      endif()
    endforeach()
    list(REMOVE_DUPLICATES patterns)
    list(APPEND all_patterns ${patterns})
    list(JOIN patterns ":" filter)
    cmake_path(GET source STEM name)
    string(REGEX REPLACE "_test$" "" name "${name}")
    gradcut_add_test(${module}/${name} ${target} "${filter}")
    if(name STREQUAL "datasets")
      set_tests_properties(${module}/${name} PROPERTIES LABELS datasets)
      if(NOT IS_DIRECTORY "${GRADCUT_DATASETS}")
        set_tests_properties(${module}/${name} PROPERTIES DISABLED TRUE)
      endif()
    endif()
  endforeach()
  list(JOIN all_patterns ":" filter)
  gradcut_add_test(${module}/unlisted ${target} "-${filter}")
  set_tests_properties(${module}/unlisted PROPERTIES PASS_REGULAR_EXPRESSION "Running 0 tests")
endfunction()

function(gradcut_add_test name target filter)
  add_test(NAME ${name} COMMAND ${target} "--gtest_filter=${filter}")
  # One core a test: OpenMP's spinning threads are a hundred times slower on a busy machine.
  set_tests_properties(${name} PROPERTIES ENVIRONMENT
    "OMP_NUM_THREADS=1;TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp")
endfunction()
