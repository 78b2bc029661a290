#include "dataset/name_match.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Path, place, and both but for slashes and accents.
constexpr int kExactRanks = 2, kRanks = 4;

// The ends of a path at its folders: "x/y/a" ends with itself, "y/a" and "a". Those with few enough
// folders: a name may have any number.
void AppendEnds(std::string_view end, std::vector<std::string>& ends) {
  constexpr std::ptrdiff_t kMostFolders = 32;
  for (auto folders = std::count(end.begin(), end.end(), '/'); true; --folders) {
    if (folders <= kMostFolders) ends.emplace_back(end);
    if (folders == 0) return;
    end.remove_prefix(end.find('/') + 1);
  }
}

std::string WithoutExtension(const std::string& key) {
  return fs::path(key).replace_extension().generic_string();
}

std::string_view FolderOf(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : key.substr(0, slash);
}

std::string WithReplacements(const std::string& key) {
  const std::string text = Json(key).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(text).get<std::string>();
}

}  // namespace

std::string ExactKey(const std::string& path) {
  return fs::path(path).lexically_normal().generic_string();
}

std::string NameKey(const std::string& path) {
  std::string text = path;
  std::replace(text.begin(), text.end(), '\\', '/');
  text = ExactKey(text);
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? text : ComposedName(WithReplacements(text));
}

void NameMatch::Owners::Add(const std::string& owner) {
  if (first.empty())
    first = owner;
  else if (first != owner && second.empty())
    second = owner;
}

NameMatch::NameMatch(std::string file, const std::vector<std::string>& names,
                     std::span<const Input> photos, Extensions extensions)
    : file_(std::move(file)), extensions_(extensions) {
  for (std::size_t i = 0; i < names.size(); ++i)
    Require(names_.emplace(ExactKey(names[i]), Name{i, kRanks}).second, "{}: names '{}' twice",
            file_, Printable(names[i]));
  IndexLoose(photos, FindEqual(photos));
}

// Then without the extension.
std::vector<std::string> NameMatch::EndsOf(const std::string& key) const {
  std::vector<std::string> ends;
  AppendEnds(key, ends);
  if (extensions_ == Extensions::kAreLeftOut) return ends;
  if (const std::string shorter = WithoutExtension(key); shorter != key) AppendEnds(shorter, ends);
  return ends;
}

std::string NameMatch::EqualKey(const Input& photo, int rank) const {
  const fs::path& path = rank % 2 == 0 ? photo.path : photo.relative;
  const std::string text = extensions_ == Extensions::kAreLeftOut
                               ? WithoutExtension(path.generic_string())
                               : path.string();
  return rank < kExactRanks ? ExactKey(text) : NameKey(text);
}

// The exact key of the name that equals a photo so well; null if there is none.
const std::string* NameMatch::NameAt(const Input& photo, int rank) const {
  const std::string key = EqualKey(photo, rank);
  if (rank < kExactRanks) {
    const auto found = names_.find(key);
    return found == names_.end() ? nullptr : &found->first;
  }
  const auto found = normal_names_.find(key);
  if (found == normal_names_.end()) return nullptr;
  RequireOneName(found->second, Printable(photo.path));
  return &found->second.first;
}

// Whether each photo equals a name.
std::vector<bool> NameMatch::FindEqual(std::span<const Input> photos) {
  std::vector<bool> equal(photos.size(), false);
  std::size_t left = names_.size();  // Names that equal no photo yet.
  for (int rank = 0; rank < kRanks; ++rank) {
    if (rank == kExactRanks)
      for (const auto& [key, name] : names_)
        if (name.photos.first.empty()) normal_names_[NameKey(key)].Add(key);
    for (std::size_t i = 0; i < photos.size() && left > 0; ++i) {
      if (equal[i]) continue;
      try {
        const std::string* const key = NameAt(photos[i], rank);
        if (key == nullptr) continue;
        Name& name = names_.at(*key);
        if (name.rank < rank) continue;
        left -= name.rank == kRanks ? 1 : 0;
        name.rank = rank;
        name.photos.Add(ExactKey(photos[i].path.string()));
        equal[i] = true;
      } catch (const Error&) {  // `Find` will say it.
        equal[i] = true;
      }
    }
  }
  return equal;
}

void NameMatch::IndexLoose(std::span<const Input> photos, const std::vector<bool>& equal) {
  for (const auto& [key, name] : names_)
    if (name.photos.first.empty())
      for (const std::string& end : EndsOf(NameKey(key))) loose_names_[end].Add(key);
  if (loose_names_.empty()) return;
  std::unordered_set<std::string> whole;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const std::string path = EqualKey(photos[i], kExactRanks);
    if (const auto [folder, is_new] = whole.emplace(FolderOf(path)); is_new) {
      std::vector<std::string> ends;
      AppendEnds(*folder, ends);
      folders_.insert(ends.begin(), ends.end());
    }
    if (equal[i]) continue;
    for (const std::string& key : {path, EqualKey(photos[i], kExactRanks + 1)})
      for (const std::string& end : EndsOf(key))
        if (loose_names_.contains(end)) loose_photos_[end].Add(ExactKey(photos[i].path.string()));
  }
}

std::optional<std::size_t> NameMatch::Find(const Input& photo) const {
  const std::string owner = ExactKey(photo.path.string());
  for (int rank = 0; rank < kRanks; ++rank) {
    const std::string* const key = NameAt(photo, rank);
    if (key == nullptr) continue;
    const Name& name = names_.at(*key);
    if (name.rank == rank && !name.photos.IsOnly(owner)) return OnlyFor(*key, name.photos, owner);
    if (name.rank >= rank) return name.index;
  }
  for (int rank = kExactRanks; rank < kRanks; ++rank)
    if (const auto found = FindLoose(EqualKey(photo, rank), owner)) return found;
  return std::nullopt;
}

std::optional<std::size_t> NameMatch::FindLoose(const std::string& key,
                                                const std::string& photo) const {
  for (const std::string& end : EndsOf(key)) {
    const auto names = loose_names_.find(end);
    if (names == loose_names_.end()) continue;
    RequireOneName(names->second, Printable(photo));
    const std::string& name = names->second.first;
    for (const std::string& name_end : EndsOf(NameKey(name))) {
      const auto photos = loose_photos_.find(name_end);
      if (name_end == end) {
        if (MeansOtherFolder(NameKey(name), end)) return std::nullopt;
        return photos == loose_photos_.end() ? names_.at(name).index
                                             : OnlyFor(name, photos->second, photo);
      }
      if (photos != loose_photos_.end() && !photos->second.IsOnly(photo))
        return std::nullopt;  // It means that one rather.
    }
  }
  return std::nullopt;
}

// Whether photos lie in the folder that a name has before an end.
bool NameMatch::MeansOtherFolder(const std::string& name, const std::string& end) const {
  std::string_view folder = FolderOf(name);
  const auto wanted = std::count(end.begin(), end.end(), '/');
  auto there = std::count(folder.begin(), folder.end(), '/');
  if (folder.empty() || there < wanted) return false;
  for (; there > wanted; --there) folder.remove_prefix(folder.find('/') + 1);
  return folders_.contains(std::string(folder));
}

// The name's index if it belongs to no other photo.
std::size_t NameMatch::OnlyFor(const std::string& name, const Owners& photos,
                               const std::string& photo) const {
  const std::string& other = photos.Other(photo);
  Require(other.empty(), "{}: '{}' may mean {} or {}: write its path", file_, Printable(name),
          Printable(std::min(photo, other)), Printable(std::max(photo, other)));
  return names_.at(name).index;
}

void NameMatch::RequireOneName(const Owners& names, const std::string& photo) const {
  Require(names.second.empty(), "{}: '{}' and '{}' may both mean {}: write its path", file_,
          Printable(std::min(names.first, names.second)),
          Printable(std::max(names.first, names.second)), photo);
}

}  // namespace gradcut
