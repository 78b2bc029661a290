#pragma once

#include "gradcut/dataset/listing.h"
#include "run/run_folder.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gradcut {

/// A run that is merged, and where.
struct MergedRun {
  std::filesystem::path folder;
  RunFolder::Found found;
  std::size_t listing = 0;  ///< Runs of the same inputs have the same.
};

/// What the manifests of several runs say of each photo. Holds no lines, only where they stand:
/// 10^7 photos take about 2 GB.
class MergeIndex {
 public:
  enum class State : std::uint8_t { kDone, kFailed, kGone };

  struct Item {
    /// The listing it comes from, argument, line and place: as in a single run.
    std::tuple<std::size_t, std::size_t, std::size_t, std::string> order;
    std::size_t run = 0;
    std::size_t source = 0;  ///< The file of its line, and
    std::streamoff offset = 0;
    State state = State::kFailed;
    bool placed = false;  ///< It stands in a listing.
  };

  /// Reads the manifests. Throws `Error` where two photos became the same file.
  explicit MergeIndex(const std::vector<MergedRun>& runs);

  /// Items that were done in several folders.
  std::size_t doubled() const { return doubled_.size(); }

  /// What two folders hold of one photo: the file that counts, and the other one.
  using FilePair = std::pair<std::filesystem::path, std::filesystem::path>;
  std::vector<FilePair> DoubledFiles();

  /// Notes where an input of a listing stands; `base` is where the run was started. Whether it is
  /// to be done again.
  bool Place(const Input& input, const std::filesystem::path& base, std::size_t listing);

  /// The place that an input has by its run, which may have known of more inputs (a JPEG beside a
  /// HEIC); that of the listing where no run tells.
  std::filesystem::path PlaceOf(const Input& input, const std::filesystem::path& base) const;

  /// The items in the order of a single run.
  std::vector<const Item*> Ordered() const;

  /// What its manifest says, without what tells of shards.
  nlohmann::json EntryOf(const Item& item);

 private:
  void Read(std::size_t run, const std::filesystem::path& manifest);
  void Add(std::uint64_t key, Item item);
  State StateOf(const nlohmann::json& entry, std::size_t run) const;
  void Claim(const nlohmann::json& entry, std::uint64_t key);
  void Claim(const std::string& file, const nlohmann::json& entry, std::uint64_t key);

  const std::vector<MergedRun>& runs_;
  std::vector<std::ifstream> sources_;  // The manifests.
  std::vector<Item> items_;
  std::unordered_map<std::uint64_t, std::size_t> index_of_;     // By the number of the path.
  std::unordered_map<std::uint64_t, std::uint64_t> writer_of_;  // Numbers of files and paths.
  std::vector<std::pair<Item, Item>> doubled_;  // The one that counts, and the other one.
};

}  // namespace gradcut
