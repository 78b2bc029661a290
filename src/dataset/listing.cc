#include "gradcut/dataset/listing.h"

#include "dataset/folder_walk.h"
#include "dataset/image_extensions.h"
#include "gradcut/core/error.h"
#include "gradcut/dataset/tar_reader.h"
#include "gradcut/storage/canonical_places.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/owned_folder.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHeifExtensions[] = {".heic", ".heif", ".heics", ".avif", ".hif"};

// Images to other programs: cameras' raw files, then the rest. What is passed over is counted.
constexpr std::string_view kUnreadableExtensions[] = {
    ".3fr", ".arw", ".cr2", ".cr3",  ".crw", ".dcr", ".dng", ".erf", ".fff",
    ".gpr", ".iiq", ".kdc", ".mef",  ".mos", ".mrw", ".nef", ".nrw", ".orf",
    ".pef", ".raf", ".raw", ".rw2",  ".rwl", ".sr2", ".srf", ".srw", ".x3f",  //
    ".bpg", ".dcm", ".eps", ".exr",  ".hdr", ".ico", ".j2c", ".j2k", ".jls",
    ".jp2", ".jpf", ".jpx", ".jxl",  ".jxr", ".pam", ".pcx", ".pfm", ".psb",
    ".psd", ".qoi", ".svg", ".svgz", ".tga", ".wdp", ".xcf"};

bool HoldsResults(std::span<const fs::directory_entry> entries) {
  return std::any_of(entries.begin(), entries.end(),
                     [](const fs::directory_entry& entry) { return MarksResults(entry.path()); });
}

bool HasExtensionOf(const fs::path& path, std::span<const std::string_view> extensions) {
  return std::find(extensions.begin(), extensions.end(), LowerExtension(path)) != extensions.end();
}

Listing ListFolder(const fs::path& folder, const fs::path& exclude, WithoutImages without,
                   const KeepInput& keep) {
  Require(exclude.empty() || CanonicalPath(folder) != exclude,
          "{}: is also the output folder, expected another one", Printable(folder));
  Listing found;
  bool met_images = false;  // Wanted or not.
  const EnterFolder enter = [&](const fs::path& inner, auto entries) {
    const bool results = HoldsResults(entries);
    if (results) found.left_out.push_back(inner);
    return !results;
  };
  const VisitFile visit = [&](const fs::directory_entry& file, const fs::path& relative) {
    const fs::path& path = file.path();
    std::error_code ignored;
    if (HasExtensionOf(path, kUnreadableExtensions)) {
      found.unreadable.push_back(path);
    } else if (HasExtensionOf(path, kImageExtensions) &&
               (file.is_regular_file(ignored) || !file.exists(ignored))) {
      // Reading will tell what is wrong with a broken link.
      Input input = {.path = path, .relative = relative, .may_be_link = file.is_symlink(ignored)};
      met_images = true;
      if (!keep || keep(input)) found.inputs.push_back(std::move(input));
    }
  };
  found.problems = WalkFolder(folder, exclude, enter, visit);
  std::sort(found.inputs.begin(), found.inputs.end(), [](const Input& a, const Input& b) {
    return a.relative.native() < b.relative.native();
  });
  Require(met_images || !found.problems.empty() || without == WithoutImages::kIsEmpty,
          "{}: contains no image{}; looked for files that end in {}{}", Printable(folder),
          found.left_out.empty() ? "" : " but those of earlier runs",
          fmt::join(kImageExtensions, " "),
          found.unreadable.empty() ? "" : "; " + DescribeUnreadable(found));
  return found;
}

// Where the output of a file from a list goes.
fs::path RelativeAsWritten(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  const bool climbs = std::find(normal.begin(), normal.end(), "..") != normal.end();
  return normal.is_absolute() || climbs ? path.filename() : normal;
}

// The tab between a path and its place in the output: the last one behind a file that there is,
// since names may have tabs too.
std::size_t TabOf(std::string_view line) {
  const std::size_t last = line.rfind('\t');
  for (std::size_t tab = last; tab != std::string_view::npos && tab > 0;
       tab = line.rfind('\t', tab - 1))
    if (std::error_code ignored; fs::exists(fs::path(line.substr(0, tab)), ignored)) return tab;
  return last;
}

// What a line says: a path, and perhaps, behind a tab, its place. A file whose name has a tab is
// that file.
Input ReadListLine(std::string_view line, const fs::path& list) {
  std::error_code ignored;
  if (line.find('\t') == std::string_view::npos || fs::exists(fs::path(line), ignored))
    return {line, RelativeAsWritten(line)};
  const std::size_t tab = TabOf(line);
  const fs::path place = fs::path(line.substr(tab + 1)).lexically_normal();
  Require(place.has_filename() && RelativeAsWritten(place) == place,
          "{}: {}: expected a place below the output folder behind the tab", Printable(list),
          Printable(fs::path(line)));
  return {line.substr(0, tab), place};
}

// The members of an archive that are images, and what is wrong with it.
std::vector<Input> ListMembers(const Input& archive) {
  Require(IsSeekable(archive.path),
          "{}: is no regular file, but a pipe or the like, which is read from its beginning to its "
          "end: give -o FILE.tar",
          Printable(archive.path));
  std::vector<Input> members;
  const auto add = [&](const fs::path& path, const fs::path& relative) -> Input& {
    return members.emplace_back(Input{.path = path,
                                      .relative = relative,
                                      .argument = archive.argument,
                                      .line = (archive.line << 32) + members.size(),
                                      .archive = archive.path});
  };
  std::unordered_set<std::string> names;
  try {
    TarReader reader(archive.path);
    while (const auto member = reader.Next()) {
      if (member->is_folder || !IsImageName(member->name)) continue;
      std::string problem = member->problem;
      if (problem.empty() && !names.insert(member->name).second)
        problem = "has a name that stands in the archive before; the first one counts";
      // What cannot be taken has a place of its own, which leads nowhere and is nobody else's.
      const fs::path place =
          problem.empty()
              ? fs::path(member->name)
              : fs::path(fmt::format("{}#{}", archive.path.filename().string(), members.size()));
      Input& input = add(archive.path / place, place);
      input.offset = member->offset;
      if (!problem.empty())
        input.problem =
            fmt::format("{}: {}: {}", Printable(archive.path), Printable(member->name), problem);
    }
  } catch (const Error& error) {
    add(archive.path, archive.path.filename()).problem = error.what();
  }
  return members;
}

// An input as it is, or the members of an archive. Returns whether it is wanted.
bool Add(Input input, const KeepInput& keep, Archives archives, std::vector<Input>& inputs) {
  if (IsTarName(input.path)) input.archive = input.path;
  if (keep && !keep(input)) return false;
  if (input.archive.empty() || archives == Archives::kWhole) {
    inputs.push_back(std::move(input));
    return true;
  }
  std::vector<Input> members = ListMembers(input);
  std::move(members.begin(), members.end(), std::back_inserter(inputs));
  return true;
}

Listing ReadList(const fs::path& list, const KeepInput& keep, Archives archives) {
  Listing found;
  std::size_t number = 0;
  bool lists_any = false;
  ForEachLine(list, [&](std::string_view line) {
    ++number;
    if (line.empty()) return;
    Require(line.find('\0') == std::string::npos, "{}: is not a list of paths but binary",
            Printable(list));
    lists_any = true;
    Input input = ReadListLine(line, list);
    input.line = number;
    Add(std::move(input), keep, archives, found.inputs);
  });
  Require(lists_any, "{}: lists no file", Printable(list));
  return found;
}

Listing ListArgument(const std::string& argument, const fs::path& exclude, WithoutImages without,
                     const KeepInput& keep, Archives archives) {
  Require(!argument.empty(), "an input path is empty");
  if (argument == "@") throw UsageError("@: expected the name of a list behind it, @list.txt");
  if (argument.starts_with('@')) return ReadList(argument.substr(1), keep, archives);
  const fs::path path = argument;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  Require(!error || status.type() == fs::file_type::not_found, "{}: cannot be read: {}",
          Printable(path), error.message());
  Require(fs::exists(fs::symlink_status(path, error)), "{}: there is no such file or folder",
          Printable(path));
  if (fs::is_directory(status)) return ListFolder(path, exclude, without, keep);
  Listing found;
  const bool is_wanted = Add({path, path.filename()}, keep, archives, found.inputs);
  Require(!is_wanted || !found.inputs.empty() || without == WithoutImages::kIsEmpty,
          "{}: holds no image; looked for members that end in {}", Printable(path),
          fmt::join(kImageExtensions, " "));
  return found;
}

fs::path WithoutExtension(const fs::path& path) { return path.parent_path() / path.stem(); }

// Phones and cameras write a HEIC beside the JPEG of the same name. Either may be what its owner
// goes on with, so both are worked on: outputs of the HEIC have its whole name, "a.HEIC.png".
void TellHeifApart(std::vector<Input>& inputs) {
  const auto is_heif = [](const Input& input) {
    return HasExtensionOf(input.path, kHeifExtensions);
  };
  if (std::none_of(inputs.begin(), inputs.end(), is_heif)) return;
  std::set<fs::path> others;
  for (const Input& input : inputs)
    if (!is_heif(input)) others.insert(WithoutExtension(input.relative));
  for (Input& input : inputs)
    if (is_heif(input) && others.contains(WithoutExtension(input.relative)))
      input.relative += input.relative.extension();
}

}  // namespace

Listing ListInputs(std::span<const std::string> arguments, const fs::path& exclude,
                   WithoutImages without, const KeepInput& keep, Archives archives) {
  const fs::path canonical_exclude = exclude.empty() ? fs::path() : CanonicalPath(exclude);
  Listing all;
  std::unordered_set<std::string> taken;
  CanonicalPlaces places;
  for (std::size_t argument = 0; argument < arguments.size(); ++argument) {
    Listing found = ListArgument(arguments[argument], canonical_exclude, without, keep, archives);
    all.inputs.reserve(all.inputs.size() + found.inputs.size());
    for (Input& input : found.inputs) {
      input.argument = argument;
      if (!input.archive.empty() && archives == Archives::kMembers) {
        if (taken.insert(input.path.native()).second) all.inputs.push_back(std::move(input));
        continue;
      }
      // A link to a file is not the file: it has its own place in the output.
      if (taken.insert(places.Of(input.path)).second) all.inputs.push_back(std::move(input));
    }
    std::move(found.problems.begin(), found.problems.end(), std::back_inserter(all.problems));
    for (fs::path& file : found.unreadable)
      if (taken.insert(CanonicalPath(file).native()).second)
        all.unreadable.push_back(std::move(file));
    for (fs::path& folder : found.left_out)
      if (taken.insert(CanonicalPath(folder).native()).second)
        all.left_out.push_back(std::move(folder));
  }
  TellHeifApart(all.inputs);
  return all;
}

fs::path ArchiveOf(const fs::path& path) {
  for (fs::path above = path.parent_path(); above.has_filename(); above = above.parent_path())
    if (IsTarName(above) && IsSeekable(above)) return above;
  return {};
}

bool IsImageName(const fs::path& path) { return HasExtensionOf(path, kImageExtensions); }

std::vector<std::uint8_t> ReadInput(const Input& input) {
  if (!input.problem.empty()) Fail("{}", input.problem);
  if (input.archive.empty()) return ReadFile(input.path);
  TarReader reader(input.archive, input.offset);
  Require(reader.Next().has_value(), "{}: is not where it was in the archive",
          Printable(input.path));
  return reader.Read();
}

std::string ListLine(const Input& input) {
  if (RelativeAsWritten(input.path) == input.relative) return input.path.string();
  return input.path.string() + '\t' + input.relative.string();
}

std::vector<std::string> DescribeLeftOut(const Listing& listing) {
  std::vector<std::string> lines;
  for (const fs::path& folder : listing.left_out)
    lines.push_back(fmt::format("{} is left out: it holds results of gradcut", Printable(folder)));
  return lines;
}

std::string DescribeUnreadable(const Listing& listing) {
  std::map<std::string, std::size_t> count_of;
  for (const fs::path& file : listing.unreadable) ++count_of[file.extension().string()];
  std::vector<std::pair<std::string, std::size_t>> kinds(count_of.begin(), count_of.end());
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string list;
  for (const auto& [extension, count] : kinds)
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", count, extension);
  return fmt::format("{} that gradcut cannot read: {}",
                     listing.unreadable.size() == 1
                         ? "1 file is of a kind"
                         : fmt::format("{} files are of kinds", listing.unreadable.size()),
                     list);
}

}  // namespace gradcut
