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
  std::filesystem::path folder =
      std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  // The program with LibTorch counts as beside the one that starts it.
  if (folder.filename() == "gradcut" && folder.parent_path().filename() == "lib")
    folder = folder.parent_path().parent_path();
  for (const std::filesystem::path& base : {folder, folder.parent_path()})
    for (const char* const name : {"models", "share/gradcut/models"})
      folders.push_back(base / name);
  return folders;
}

}  // namespace gradcut
