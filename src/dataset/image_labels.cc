#include "gradcut/dataset/image_labels.h"

#include "dataset/key_list.h"
#include "dataset/label_rows.h"
#include "dataset/voc_labels.h"
#include "gradcut/core/error.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// ---- Images

// The image files of a folder.
struct ImageIndex {
  fs::path folder;
  std::multimap<std::string, Input> by_path;  // Below the folder, with the extension and without.
  std::multimap<std::string, Input> by_stem;
};

ImageIndex IndexOf(const fs::path& folder) {
  ImageIndex index = {folder, {}, {}};
  const std::vector<std::string> arguments = {folder.string()};
  for (const Input& input : ListInputs(arguments).inputs) {
    index.by_path.emplace(ComposedName(input.relative.string()), input);
    index.by_path.emplace(ComposedName(fs::path(input.relative).replace_extension().string()),
                          input);
    index.by_stem.emplace(ComposedName(input.relative.stem().string()), input);
  }
  return index;
}

// Of paths that lead out of the folder the name alone.
fs::path PlaceOf(const fs::path& name) {
  const fs::path place = name.lexically_normal();
  return name.is_absolute() || *place.begin() == ".." ? place.filename() : place;
}

std::optional<Input> FindImage(const LabelRow& row, const ImageIndex& index) {
  if (index.folder.empty()) return Input{row.name, PlaceOf(row.name)};
  const std::string composed = ComposedName(row.name);
  auto found = index.by_path.equal_range(composed);
  if (found.first == found.second) {
    const fs::path path = index.folder / row.name;
    if (std::error_code ignored; fs::is_regular_file(path, ignored))
      return Input{path, PlaceOf(row.name)};
    found = index.by_stem.equal_range(composed);
  }
  const auto [first, last] = found;
  if (first == last) return std::nullopt;
  for (auto each = first; each != last; ++each)  // a.jpg is not meant to be a.jpg.webp.
    if (ComposedName(each->second.relative.string()) == composed) return each->second;
  if (const auto second = std::next(first); second != last)
    Fail("{}: '{}' is {} and {}: write which, with its folder and extension", row.where,
         Printable(row.name), Printable(first->second.path), Printable(second->second.path));
  return first->second;
}

// Where the images are; empty: names are paths.
fs::path ImagesOf(const ImageLabelSource& source) {
  std::error_code ignored;
  if (!source.images.empty() || !fs::is_directory(source.labels, ignored)) return source.images;
  const fs::path devkit = DevkitAround(source.labels);
  return devkit.empty() ? devkit : devkit / kPhotoFolder;
}

// ---- Rows with their images

struct FoundRow {
  LabelRow row;
  std::optional<Input> image;
  std::string key;
};

std::vector<FoundRow> FindImages(std::vector<LabelRow> rows, const fs::path& images) {
  const ImageIndex index = images.empty() ? ImageIndex() : IndexOf(images);
  std::vector<FoundRow> found;
  for (LabelRow& row : rows) {
    const std::optional<Input> image = FindImage(row, index);
    const std::string key = KeyOfImage(image ? image->relative : PlaceOf(row.name));
    found.push_back({std::move(row), image, key});
  }
  return found;
}

// The list of the images that are asked for; empty: all are.
fs::path ListOf(const ImageLabelSource& source, const fs::path& images) {
  if (source.split.empty()) return source.list;
  Require(source.list.empty(), "give --split or --list, not both");
  fs::path devkit = DevkitAround(images.empty() ? source.labels : images);
  if (devkit.empty()) devkit = DevkitAround(source.labels);
  Require(!devkit.empty(), "{}: --split needs a VOC devkit, a folder that holds {}/",
          Printable(source.labels), kPhotoFolder);
  return SplitFile(devkit, source.split);
}

void KeepListed(const fs::path& list, const fs::path& labels, std::vector<FoundRow>& rows,
                std::vector<std::string>& problems) {
  KeySet keys;
  for (const FoundRow& row : rows) keys.Insert(row.key);
  const KeyList read = ReadKeyList(list, keys, "there are no labels");
  Require(!read.keys.empty(), "{}: names no image that has labels in {}", Printable(list),
          Printable(labels));
  problems.insert(problems.end(), read.problems.begin(), read.problems.end());
  std::erase_if(rows, [&](const FoundRow& row) { return !read.keys.contains(row.key); });
}

std::string DescribeMissing(const std::vector<FoundRow>& rows, const fs::path& labels,
                            const fs::path& images) {
  std::size_t count = 0;
  std::string first;
  for (const FoundRow& row : rows)
    if (!row.image && count++ == 0) first = row.row.name;
  if (count == 0) return "";
  return fmt::format("{}: {} of its {} images are not in {}, '{}' for one", Printable(labels),
                     count, rows.size(), Printable(images), Printable(first));
}

std::string NoteOf(const LabelRows& read, const fs::path& labels) {
  const fs::path folder = LabelFolderOf(labels);
  std::string note = fmt::format("{}: labels of {} images",
                                 Printable(folder.empty() ? labels : folder), read.rows.size());
  if (read.difficult > 0)
    note += fmt::format("; difficult objects count as present; labels that rest on these alone: {}",
                        read.difficult);
  return note;
}

LabelledImage LabelledBy(const FoundRow& found) {
  LabelledImage image = {found.row.name, found.image->path, found.image->relative, {}};
  for (const std::string& each : found.row.classes)
    if (std::find(image.classes.begin(), image.classes.end(), each) == image.classes.end())
      image.classes.push_back(each);
  return image;
}

}  // namespace

ImageLabels ReadImageLabels(const ImageLabelSource& source, std::span<const std::string> known) {
  const fs::path images = ImagesOf(source);
  LabelRows read = ReadLabelRows(source.labels, known);
  ImageLabels labels = {.problems = std::move(read.problems)};
  if (read.of_data_set) labels.notes.push_back(NoteOf(read, source.labels));
  std::vector<FoundRow> rows = FindImages(std::move(read.rows), images);
  const fs::path list = ListOf(source, images);
  if (!list.empty()) KeepListed(list, source.labels, rows, labels.problems);
  std::set<fs::path> seen;
  for (const FoundRow& found : rows) {
    Require(
        found.image || read.of_data_set, "{}: '{}' is no image in {}{}", found.row.where,
        Printable(found.row.name), Printable(images),
        found.row.classes.empty() ? ", and has no classes: is there a tab behind the image?" : "");
    if (!found.image) continue;
    Require(seen.insert(found.image->path).second, "{}: '{}' stands there twice", found.row.where,
            Printable(found.row.name));
    labels.images.push_back(LabelledBy(found));
  }
  const std::string missing = DescribeMissing(rows, source.labels, images);
  Require(!labels.images.empty(), "{}", missing);
  if (!missing.empty())
    (list.empty() ? labels.warnings : labels.problems).push_back(missing + ": they are left out");
  return labels;
}

bool HasImageLabels(const fs::path& devkit) { return !LabelFolderOf(devkit).empty(); }

}  // namespace gradcut
