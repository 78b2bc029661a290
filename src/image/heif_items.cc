#include "image/heif_items.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gradcut {
namespace {

// A grid has up to 256 x 256 tiles. Cameras nest no deeper than a gain map beside a grid.
constexpr std::uint64_t kMostParts = 65536;
constexpr int kMostLevels = 16;

// The front of what is left, shorter where that ends.
Bytes Take(Bytes& left, std::uint64_t size) {
  const Bytes taken =
      left.first(static_cast<std::size_t>(std::min<std::uint64_t>(size, left.size())));
  left = left.subspan(taken.size());
  return taken;
}

std::uint32_t TakeNumber(Bytes& left, std::size_t size) { return BigEndian(Take(left, size)); }

struct BoxHeader {
  std::string_view type;
  std::uint64_t size;  // With the header; 0: to the end.
};

BoxHeader TakeHeader(Bytes& left) {
  BoxHeader header = {.type = {}, .size = TakeNumber(left, 4)};
  header.type = AsText(Take(left, 4));
  if (header.size == 1)
    header.size = std::uint64_t{TakeNumber(left, 4)} << 32 | TakeNumber(left, 4);
  if (header.type == "uuid") Take(left, 16);
  return header;
}

// Calls `visit` for the contents of each box of a type (ISO/IEC 14496-12, 4.2).
template <class Visit>
void ForEachBox(Bytes left, std::string_view type, const Visit& visit) {
  while (!left.empty()) {
    const std::size_t before = left.size();
    const BoxHeader header = TakeHeader(left);
    const std::uint64_t read = before - left.size();
    const Bytes contents =
        Take(left, header.size == 0 ? left.size() : std::max(header.size, read) - read);
    if (header.type == type) visit(contents);
  }
}

class DerivedImages {
 public:
  explicit DerivedImages(Bytes bytes) {
    ForEachBox(bytes, "meta", [this](Bytes meta) {
      Take(meta, 4);  // Version and flags.
      ForEachBox(meta, "iref", [this](Bytes references) { Read(references); });
    });
  }

  bool AreBounded() {
    return std::all_of(parts_of_.begin(), parts_of_.end(), [this](const auto& image) {
      return CostOf(image.first, 0).parts <= kMostParts;
    });
  }

 private:
  struct Cost {
    std::uint64_t parts;  // To be decoded, however often each is.
    int levels;
  };
  static constexpr Cost kTooMuch = {kMostParts + 1, kMostLevels};

  // As libheif does: one reference behind the other, whatever sizes they claim.
  void Read(Bytes left) {
    const std::size_t id_size = TakeNumber(left, 1) == 0 ? 2 : 4;
    Take(left, 3);  // Flags.
    while (!left.empty()) {
      const std::string_view type = TakeHeader(left).type;
      const std::uint32_t from = TakeNumber(left, id_size);
      const std::uint32_t count = TakeNumber(left, 2);
      for (Bytes all = Take(left, count * id_size); !all.empty();) {
        const std::uint32_t to = TakeNumber(all, id_size);
        if (type == "dimg") parts_of_[from].push_back(to);  // It is derived from that.
        if (type == "auxl") parts_of_[to].push_back(from);  // It is the other's alpha, say.
      }
    }
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

  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> parts_of_;
  std::unordered_map<std::uint32_t, Cost> costs_;
};

}  // namespace

void CheckDerivedImages(Bytes bytes, const std::string& name) {
  Require(
      DerivedImages(bytes).AreBounded(),
      "{}: is corrupt (HEIC or AVIF): an image in it is made of itself, or of more than {} others",
      name, kMostParts);
}

}  // namespace gradcut
