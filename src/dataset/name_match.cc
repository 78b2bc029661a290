#include "dataset/name_match.h"

#include "dataset/json_text.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// Those with few enough folders: a name may have any number.
void AppendEnds(std::string_view end, std::vector<std::string>& ends) {
  constexpr std::ptrdiff_t kMostFolders = 32;
  for (auto folders = std::count(end.begin(), end.end(), '/'); true; --folders) {
    if (folders <= kMostFolders) ends.emplace_back(end);
    if (folders == 0) return;
    end.remove_prefix(end.find('/') + 1);
  }
}

}  // namespace

std::string NameKey(const std::string& path) {
  auto text = nlohmann::json::parse(DumpJson(path)).get<std::string>();
  std::replace(text.begin(), text.end(), '\\', '/');
  return ComposedName(fs::path(text).lexically_normal().generic_string());
}

std::vector<std::string> EndsOf(const std::string& key) {
  std::vector<std::string> ends;
  AppendEnds(key, ends);
  const std::string without_extension = fs::path(key).replace_extension().generic_string();
  if (without_extension != key) AppendEnds(without_extension, ends);
  return ends;
}

NameMatch::NameMatch(std::string file, const std::vector<std::string>& names,
                     std::span<const Input> photos)
    : file_(std::move(file)) {
  std::vector<std::string> keys;
  for (const std::string& name : names) {
    keys.push_back(NameKey(name));
    Require(names_.emplace(keys.back(), keys.size() - 1).second, "{}: names '{}' twice", file_,
            Printable(name));
  }
  std::unordered_set<std::string> equal;
  for (const Input& photo : photos) {
    const std::string key = NameKey(photo.relative.string());
    if (names_.contains(key))
      equal.insert(key);
    else
      Add(key, loose_photos_);
  }
  for (const std::string& key : keys)
    if (!equal.contains(key)) Add(key, loose_names_);
}

void NameMatch::Add(const std::string& key, EndIndex& index) {
  for (const std::string& end : EndsOf(key)) {
    const auto [known, is_new] = index.try_emplace(end, Owners{key});
    Owners& owners = known->second;
    if (!is_new && owners.first != key && owners.second.empty()) owners.second = key;
  }
}

std::optional<std::size_t> NameMatch::Find(const fs::path& photo) const {
  const std::string key = NameKey(photo.string());
  if (const auto equal = names_.find(key); equal != names_.end()) return equal->second;
  for (const std::string& end : EndsOf(key)) {
    const auto names = loose_names_.find(end);
    if (names == loose_names_.end()) continue;
    const auto& [name, other_name] = names->second;
    Require(other_name.empty(), "{}: '{}' and '{}' may both mean {}: write its path", file_,
            Printable(std::min(name, other_name)), Printable(std::max(name, other_name)),
            Printable(photo));
    for (const std::string& name_end : EndsOf(name)) {
      const auto photos = loose_photos_.find(name_end);
      if (name_end == end) {
        if (photos != loose_photos_.end()) RequireOnlyPhoto(key, photos->second, name);
        return names_.at(name);
      }
      if (photos != loose_photos_.end()) return std::nullopt;  // It means that one rather.
    }
  }
  return std::nullopt;
}

void NameMatch::RequireOnlyPhoto(const std::string& photo, const Owners& others,
                                 const std::string& name) const {
  const std::string& other = others.first == photo ? others.second : others.first;
  Require(other.empty(), "{}: '{}' may mean {} or {}: write its path", file_, Printable(name),
          Printable(std::min(photo, other)), Printable(std::max(photo, other)));
}

}  // namespace gradcut
