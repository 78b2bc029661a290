# cmake --install: a tree that can be moved. Programs find each other, LibTorch and weights by where
# they lie themselves:
#
#   bin/gradcut                     the program
#   lib/gradcut/                    the program with LibTorch, and the six libraries that it needs
#   lib/libgradcut_*.a, include/, lib/cmake/gradcut/    the library: find_package(gradcut)
#   share/gradcut/models/           weights, and objectness heads in objectness/
#   share/man, share/bash-completion, share/zsh, share/fish
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Libraries lie in lib itself: where a program looks for what belongs to it must not depend on the
# machine's multiarch name.
set(CMAKE_INSTALL_LIBDIR lib)
set(GRADCUT_MODELS_DIR "${CMAKE_INSTALL_DATADIR}/gradcut/models")
set(GRADCUT_TORCH_DIR "${CMAKE_INSTALL_LIBDIR}/gradcut")

get_property(modules GLOBAL PROPERTY GRADCUT_MODULES)
set(targets gradcut_opencv)
list(JOIN modules " " GRADCUT_MODULE_NAMES)
set(GRADCUT_MODULE_USES "")
foreach(module IN LISTS modules)
  set_target_properties(gradcut_${module} PROPERTIES EXPORT_NAME ${module})
  list(APPEND targets gradcut_${module})
  get_property(uses GLOBAL PROPERTY GRADCUT_USES_${module})
  list(JOIN uses " " uses)
  string(APPEND GRADCUT_MODULE_USES "set(_gradcut_uses_${module} ${uses})\n")
endforeach()
install(TARGETS ${targets} EXPORT gradcutTargets)
install(EXPORT gradcutTargets NAMESPACE gradcut:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gradcut)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/gradcut" "${PROJECT_BINARY_DIR}/include/gradcut"
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/gradcutConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/gradcutConfig.cmake"
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gradcut
  PATH_VARS GRADCUT_MODELS_DIR GRADCUT_TORCH_DIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/gradcutConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/gradcutConfig.cmake"
              "${PROJECT_BINARY_DIR}/gradcutConfigVersion.cmake"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gradcut)
install(FILES "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/LICENSE"
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
# Where the weights are from, and their licences.
install(FILES "${PROJECT_SOURCE_DIR}/data/README.md" DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME data.md)

# The list of parts, and the licences of those whose code is inside of the program: headers and static
# libraries. Shared ones come with packages of their own.
add_custom_command(OUTPUT "${PROJECT_BINARY_DIR}/gradcut.spdx.json"
  COMMAND /usr/bin/python3 "${CMAKE_CURRENT_LIST_DIR}/sbom.py" "${PROJECT_SOURCE_DIR}"
          "${PROJECT_VERSION}" "${GRADCUT_COMMIT}" "${PROJECT_BINARY_DIR}/gradcut.spdx.json"
  DEPENDS "${CMAKE_CURRENT_LIST_DIR}/sbom.py" "${PROJECT_SOURCE_DIR}/data/setup.sh"
          "${PROJECT_SOURCE_DIR}/data/wheels.txt" "${PROJECT_SOURCE_DIR}/data/models.sha256" VERBATIM)
add_custom_target(gradcut_sbom ALL DEPENDS "${PROJECT_BINARY_DIR}/gradcut.spdx.json")
install(FILES "${PROJECT_BINARY_DIR}/gradcut.spdx.json" DESTINATION ${CMAKE_INSTALL_DOCDIR})
foreach(package libboost-dev libcli11-dev libeigen3-dev libfmt-dev libopencv-core-dev libtbb-dev
                libtomlplusplus-dev libutf8proc-dev nlohmann-json3-dev)
  if(EXISTS "/usr/share/doc/${package}/copyright")
    install(FILES "/usr/share/doc/${package}/copyright"
            DESTINATION ${CMAKE_INSTALL_DOCDIR}/licences RENAME "${package}-copyright")
  endif()
endforeach()

if(GRADCUT_WITH_TORCH)
  install(TARGETS gradcut_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  set_target_properties(gradcut_cli PROPERTIES INSTALL_RPATH "")
  install(TARGETS gradcut_torch_cli RUNTIME DESTINATION ${GRADCUT_TORCH_DIR})
  set_target_properties(gradcut_torch_cli PROPERTIES INSTALL_RPATH "$ORIGIN")
  install(DIRECTORY "${PROJECT_BINARY_DIR}/share/" DESTINATION ${CMAKE_INSTALL_DATADIR})
  # Looked at when it installs, as weights are imported by what was built. The folder may be a link.
  install(CODE "
    file(REAL_PATH \"${PROJECT_SOURCE_DIR}/build/models\" models_folder)
    if(NOT IS_DIRECTORY \"\${models_folder}\")
      message(WARNING \"no weights are installed: \${models_folder} is not there (bash data/import_models.sh PROGRAM)\")
    else()
      file(INSTALL \"\${models_folder}/\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${GRADCUT_MODELS_DIR}\"
           FILES_MATCHING PATTERN \"*.safetensors\")
    endif()")

  # LibTorch's own run path ends in its own folder, so that what it needs may lie there.
  cmake_path(GET LibTorch_cpu_LIBRARY PARENT_PATH torch_folder)
  foreach(name torch/lib/libtorch_cpu.so torch/lib/libc10.so torch/lib/libgomp.so.1
               nvidia/cu13/lib/libcudart.so.13 nvidia/cu13/lib/libcupti.so.13)
    install(PROGRAMS "${torch_folder}/../../${name}" DESTINATION ${GRADCUT_TORCH_DIR})
  endforeach()
  # Debian and Ubuntu have it in versions that cannot stand for each other.
  file(GLOB httplib_libraries "${httplib_LIBDIR}/libcpp-httplib.so.*")
  list(SORT httplib_libraries COMPARE NATURAL)
  list(GET httplib_libraries 0 httplib_library)  # The shortest: by its name programs look for it.
  cmake_path(GET httplib_library FILENAME httplib_name)
  file(REAL_PATH "${httplib_library}" httplib_library)
  install(PROGRAMS "${httplib_library}" DESTINATION ${GRADCUT_TORCH_DIR} RENAME ${httplib_name})
  install(FILES /usr/share/doc/libcpp-httplib-dev/copyright
          DESTINATION ${CMAKE_INSTALL_DOCDIR}/licences RENAME cpp-httplib-copyright)
  file(GLOB notices "${torch_folder}/../../torch-*.dist-info/licenses/*"
                    "${torch_folder}/../../nvidia_*.dist-info/licenses/*")
  foreach(notice IN LISTS notices)
    cmake_path(RELATIVE_PATH notice BASE_DIRECTORY "${torch_folder}/../.." OUTPUT_VARIABLE relative)
    string(REPLACE "/" "-" relative "${relative}")
    if(NOT IS_DIRECTORY "${notice}")
      install(FILES "${notice}" DESTINATION ${CMAKE_INSTALL_DOCDIR}/licences RENAME "${relative}")
    endif()
  endforeach()
endif()

# cpack --preset release: a tarball, and a .deb that names the packages it needs.
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_CONTACT "the gradcut authors")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# libheif's decoders of HEIC and AVIF, where they are packages of their own (not on Debian 12).
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libheif-plugin-libde265, libheif-plugin-aomdec")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${LibTorch_ROOT}/torch/lib;${LibTorch_ROOT}/nvidia/cu13/lib")
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip)
set(CPACK_STRIP_FILES OFF)
include(CPack)
