#include "gradcut/model/classifier.h"

#include <cstdlib>

namespace gradcut {

std::optional<std::filesystem::path> FindWeights(const std::string& name) {
  for (const std::filesystem::path& folder : ModelFolders())
    if (const auto file = folder / (name + ".safetensors"); std::filesystem::exists(file))
      return file;
  return std::nullopt;
}

std::vector<std::filesystem::path> ModelFolders() {
  std::vector<std::filesystem::path> folders;
  if (const char* const given = std::getenv("GRADCUT_MODELS"); given != nullptr && *given != '\0')
    folders.emplace_back(given);
  std::error_code ignored;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  for (const std::filesystem::path& base :
       {program.parent_path(), program.parent_path().parent_path()})
    for (const char* const folder : {"models", "share/gradcut/models"})
      folders.push_back(base / folder);
  return folders;
}

}  // namespace gradcut
