#include "gradcut/model/model_folders.h"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace gradcut {
namespace {

// Where the LibTorch that runs was loaded from; empty if none is.
std::filesystem::path FolderOfLibTorch() {
  const std::unique_ptr<void, int (*)(void*)> torch(
      dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD),
      [](void* library) { return library == nullptr ? 0 : dlclose(library); });
  link_map* loaded = nullptr;
  if (torch == nullptr || dlinfo(torch.get(), RTLD_DI_LINKMAP, &loaded) != 0) return {};
  std::error_code ignored;
  return std::filesystem::weakly_canonical(std::filesystem::path(loaded->l_name).parent_path(),
                                           ignored);
}

}  // namespace

std::optional<std::filesystem::path> FindWeights(
    const std::string& name, const std::vector<std::filesystem::path>& folders) {
  for (const std::filesystem::path& folder : folders)
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
  // In an installed tree LibTorch lies in PREFIX/lib/gradcut.
  const std::filesystem::path torch = FolderOfLibTorch();
  const auto installed = torch.parent_path().parent_path() / "share/gradcut/models";
  if (!torch.empty() && std::find(folders.begin(), folders.end(), installed) == folders.end())
    folders.push_back(installed);
  return folders;
}

}  // namespace gradcut
