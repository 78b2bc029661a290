#pragma once

#include <filesystem>
#include <pugixml.hpp>

namespace gradcut {

// A PASCAL VOC annotation, as its devkit and labelImg write them. Throws `Error` "FILE: cause" for
// a file that is none, also for an empty one.
pugi::xml_document ReadVocAnnotation(const std::filesystem::path& path);

// Its root.
pugi::xml_node RootOf(const pugi::xml_document& annotation);

}  // namespace gradcut
