#include "gradcut/storage/canonical_places.h"

#include "gradcut/storage/file.h"

#include <utility>

namespace gradcut {

namespace fs = std::filesystem;

std::string CanonicalPlaces::Of(const fs::path& file) {
  const std::string& path = file.native();
  const std::size_t name = path.rfind('/') + 1;
  std::string folder = name == 0 ? "./" : path.substr(0, name);
  auto known = known_.find(folder);
  if (known == known_.end()) {
    const fs::path place = CanonicalPath(folder) / "";
    known = known_.emplace(std::move(folder), place.native()).first;
  }
  return known->second + path.substr(name);
}

}  // namespace gradcut
