find_package(PNG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(turbojpeg REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(zip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(exif REQUIRED IMPORTED_TARGET libexif)
pkg_check_modules(heif REQUIRED IMPORTED_TARGET libheif)
pkg_check_modules(tiff REQUIRED IMPORTED_TARGET libtiff-4>=4.5)
pkg_check_modules(webp REQUIRED IMPORTED_TARGET libwebp libwebpdemux libwebpmux)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(pugixml REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(archive REQUIRED IMPORTED_TARGET libarchive)
# The archive: Debian and Ubuntu have shared libraries of different versions, and one program serves both.
find_library(utf8proc_LIBRARY NAMES libutf8proc.a utf8proc REQUIRED)
mark_as_advanced(utf8proc_LIBRARY)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(TBB REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
if(GRADCUT_WITH_TORCH)
  find_package(LibTorch REQUIRED)
  find_package(CLI11 REQUIRED)
  pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
endif()

if(GRADCUT_BUILD_PYTHON)
  find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
  execute_process(COMMAND "${Python_EXECUTABLE}" -m nanobind --cmake_dir
                  OUTPUT_STRIP_TRAILING_WHITESPACE OUTPUT_VARIABLE nanobind_ROOT
                  COMMAND_ERROR_IS_FATAL ANY)
  find_package(nanobind 3.1 CONFIG REQUIRED)
endif()

# OpenCV's core and image processing. Its own CMake files come with all of its modules, and those with
# a hundred libraries more.
find_path(OpenCV_INCLUDE_DIR opencv2/imgproc.hpp PATH_SUFFIXES opencv4 REQUIRED)
find_library(OpenCV_core_LIBRARY opencv_core REQUIRED)
find_library(OpenCV_imgproc_LIBRARY opencv_imgproc REQUIRED)
mark_as_advanced(OpenCV_INCLUDE_DIR OpenCV_core_LIBRARY OpenCV_imgproc_LIBRARY)
add_library(gradcut_opencv INTERFACE)
set_target_properties(gradcut_opencv PROPERTIES EXPORT_NAME opencv)
target_include_directories(gradcut_opencv SYSTEM INTERFACE "${OpenCV_INCLUDE_DIR}")
target_link_libraries(gradcut_opencv INTERFACE
  "$<BUILD_INTERFACE:${OpenCV_imgproc_LIBRARY};${OpenCV_core_LIBRARY}>"
  "$<INSTALL_INTERFACE:opencv_imgproc;opencv_core>")
