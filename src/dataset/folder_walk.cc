#include "dataset/folder_walk.h"

#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

class FolderWalk {
 public:
  FolderWalk(const fs::path& exclude, const EnterFolder& enter, const VisitFile& visit)
      : enter_(enter), visit_(visit), visited_{exclude} {}

  void Visit(const fs::path& folder, const fs::path& relative) {
    // Links may lead to a folder twice, or in a circle.
    if (!visited_.insert(CanonicalPath(folder)).second) return;
    const std::vector<fs::directory_entry> entries = EntriesOf(folder);
    if (!relative.empty() && !enter_(folder, entries)) return;
    for (const fs::directory_entry& entry : entries) {
      const fs::path name = entry.path().filename();
      if (name.native().starts_with('.')) continue;
      // What the folder tells of an entry spares asking the system about each file.
      std::error_code ignored;
      if (entry.is_directory(ignored))
        Visit(entry.path(), relative / name);
      else
        visit_(entry, relative / name);
    }
  }

  std::vector<std::string>& problems() { return problems_; }

 private:
  std::vector<fs::directory_entry> EntriesOf(const fs::path& folder) {
    std::vector<fs::directory_entry> entries;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
      entries.push_back(*entry);
    if (error)
      problems_.push_back(
          fmt::format("{}: cannot be searched: {}", Printable(folder), error.message()));
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.path().native() < b.path().native(); });
    return entries;
  }

  const EnterFolder& enter_;
  const VisitFile& visit_;
  std::set<fs::path> visited_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> WalkFolder(const fs::path& root, const fs::path& exclude,
                                    const EnterFolder& enter, const VisitFile& visit) {
  FolderWalk walk(exclude, enter, visit);
  walk.Visit(root, {});
  return std::move(walk.problems());
}

}  // namespace gradcut
