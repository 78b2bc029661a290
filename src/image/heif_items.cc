#include "image/heif_items.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "image/iso_boxes.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

// A grid has up to 256 x 256 tiles. Cameras nest no deeper than a gain map beside a grid.
constexpr std::uint64_t kMostParts = 65536;
constexpr int kMostLevels = 16;

class Items {
 public:
  explicit Items(Bytes bytes) : bytes_(bytes) {
    ForEachBox(bytes, "meta", [this](Bytes meta) {
      Take(meta, 4);  // Version and flags.
      ForEachBox(meta, "iref", [this](Bytes references) { ReadReferences(references); });
      ForEachBox(meta, "iinf", [this](Bytes infos) { ReadTypes(infos); });
      ForEachBox(meta, "iprp", [this](Bytes properties) { ReadProperties(properties); });
    });
  }

  bool AreBounded() {
    return std::all_of(parts_of_.begin(), parts_of_.end(), [this](const auto& image) {
      return CostOf(image.first, 0).parts <= kMostParts;
    });
  }

  std::vector<std::uint8_t> WithoutTurnsOfTiles() {
    std::vector<std::uint8_t> file;
    for (const auto& [grid, tile] : derived_from_) {
      const auto turns = turns_of_.find(tile);
      if (!grids_.contains(grid) || turns == turns_of_.end()) continue;
      if (file.empty()) file.assign(bytes_.begin(), bytes_.end());
      for (const Bytes number : turns->second)  // That of no property.
        std::fill_n(file.begin() + (number.data() - bytes_.data()), number.size(), 0);
      turns_of_.erase(turns);  // A tile may stand in many places.
    }
    return file;
  }

 private:
  struct Cost {
    std::uint64_t parts;  // To be decoded, however often each is.
    int levels;
  };
  static constexpr Cost kTooMuch = {kMostParts + 1, kMostLevels};

  // As libheif does: one reference behind the other, whatever sizes they claim.
  void ReadReferences(Bytes left) {
    const std::size_t id_size = TakeNumber(left, 1) == 0 ? 2 : 4;
    Take(left, 3);  // Flags.
    while (!left.empty()) {
      const std::string_view type = TakeHeader(left).type;
      const std::uint32_t from = TakeNumber(left, id_size);
      const std::uint32_t count = TakeNumber(left, 2);
      for (Bytes all = Take(left, count * id_size); !all.empty();) {
        const std::uint32_t to = TakeNumber(all, id_size);
        if (type == "dimg") derived_from_.emplace_back(from, to);
        if (type == "dimg") parts_of_[from].push_back(to);
        if (type == "auxl") parts_of_[to].push_back(from);  // It is the other's alpha, say.
      }
    }
  }

  void ReadTypes(Bytes left) {
    Take(left, TakeNumber(left, 1) == 0 ? 5 : 7);  // Flags, and how many there are.
    ForEachBox(left, "infe", [this](Bytes info) {
      const std::size_t id_size = TakeNumber(info, 1) == 2 ? 2 : 4;
      Take(info, 3);  // Flags.
      const std::uint32_t id = TakeNumber(info, id_size);
      Take(info, 2);  // How it is protected.
      if (AsText(Take(info, 4)) == "grid") grids_.insert(id);
    });
  }

  void ReadProperties(Bytes properties) {
    std::vector<bool> turns = {false};  // By the number of the property, from 1 on.
    ForEachBox(properties, "ipco", [&turns](Bytes left) {
      while (!left.empty()) {
        const std::string_view type = TakeBox(left).type;
        turns.push_back(type == "irot" || type == "imir" || type == "clap");
      }
    });
    ForEachProperty(properties, [&](std::uint32_t item, std::uint32_t property, Bytes written) {
      if (property < turns.size() && turns[property]) turns_of_[item].push_back(written);
    });
  }

  // An image that is made of itself has levels without end.
  Cost CostOf(std::uint32_t image, int level) {
    const auto made = parts_of_.find(image);
    if (made == parts_of_.end()) return {.parts = 1, .levels = 0};
    if (const auto known = costs_.find(image); known != costs_.end()) return known->second;
    if (level == kMostLevels) return kTooMuch;
    Cost cost = {.parts = 0, .levels = 0};
    for (const std::uint32_t part : made->second) {
      const Cost of_part = CostOf(part, level + 1);
      cost = {.parts = cost.parts + of_part.parts,
              .levels = std::max(cost.levels, of_part.levels + 1)};
      if (cost.parts > kMostParts || cost.levels > kMostLevels) cost = kTooMuch;
      if (cost.parts > kMostParts) break;
    }
    return costs_[image] = cost;
  }

  std::vector<std::pair<std::uint32_t, std::uint32_t>> derived_from_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> parts_of_;  // Alpha, too.
  std::unordered_map<std::uint32_t, Cost> costs_;
  std::unordered_set<std::uint32_t> grids_;
  std::unordered_map<std::uint32_t, std::vector<Bytes>> turns_of_;  // The numbers of properties.
  Bytes bytes_;
};

}  // namespace

std::vector<std::uint8_t> CheckedItems(Bytes bytes, const std::string& name) {
  Items items(bytes);
  Require(items.AreBounded(),
          "{}: is corrupt (HEIC or AVIF): an image in it is made of itself, or of more than {} "
          "others",
          name, kMostParts);
  return items.WithoutTurnsOfTiles();
}

}  // namespace gradcut
