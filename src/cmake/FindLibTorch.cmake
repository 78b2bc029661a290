# FindLibTorch: the CPU part of LibTorch as it lies in the PyPI wheel `torch`.
#
# The wheel's own TorchConfig.cmake wants a CUDA toolkit, and libtorch.so wants libtorch_cuda.so.
# gradcut links libtorch_cpu.so and libc10.so alone; a GPU is reached by loading libtorch_cuda.so at
# run time (src/model/device.cc), so one binary serves both kinds of machine.
#
# Input:   LibTorch_ROOT, the folder that holds `torch/` and `nvidia/` (a site-packages folder).
#          Default: build/deps/python in the source tree, where data/setup.sh puts it.
# Targets: LibTorch::LibTorch
# Result:  LibTorch_FOUND, LibTorch_VERSION
if(NOT LibTorch_ROOT)
  set(LibTorch_ROOT "${PROJECT_SOURCE_DIR}/build/deps/python" CACHE PATH
      "Folder with torch/ and nvidia/, as pip installs them" FORCE)
endif()

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h PATHS "${LibTorch_ROOT}/torch/include" NO_DEFAULT_PATH)
find_library(LibTorch_cpu_LIBRARY torch_cpu PATHS "${LibTorch_ROOT}/torch/lib" NO_DEFAULT_PATH)
find_library(LibTorch_c10_LIBRARY c10 PATHS "${LibTorch_ROOT}/torch/lib" NO_DEFAULT_PATH)
file(GLOB LibTorch_cuda_runtime_DIRS "${LibTorch_ROOT}/nvidia/cu*/lib")

if(EXISTS "${LibTorch_ROOT}/torch/version.py")
  file(STRINGS "${LibTorch_ROOT}/torch/version.py" _line REGEX "^__version__")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" LibTorch_VERSION "${_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_cpu_LIBRARY LibTorch_c10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run `bash data/setup.sh`, or set LibTorch_ROOT to the site-packages folder that holds torch/")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::c10 SHARED IMPORTED)
  set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION "${LibTorch_c10_LIBRARY}")
  add_library(LibTorch::LibTorch SHARED IMPORTED)
  # The wheel carries copies of other libraries' headers, fmt among them. The system's must win, or
  # the linker will not find what they declare: so LibTorch's folders are searched last.
  set_target_properties(LibTorch::LibTorch PROPERTIES
    IMPORTED_LOCATION "${LibTorch_cpu_LIBRARY}"
    INTERFACE_COMPILE_OPTIONS
      "SHELL:-idirafter ${LibTorch_INCLUDE_DIR};SHELL:-idirafter ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include"
    INTERFACE_LINK_LIBRARIES LibTorch::c10)
  foreach(_dir ${LibTorch_ROOT}/torch/lib ${LibTorch_cuda_runtime_DIRS})
    set_property(TARGET LibTorch::LibTorch APPEND PROPERTY
                 INTERFACE_LINK_OPTIONS "LINKER:-rpath-link,${_dir}")
  endforeach()
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_cpu_LIBRARY LibTorch_c10_LIBRARY)
