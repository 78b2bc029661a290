#pragma once

#include "gradcut/metrics/heat_pixels.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gradcut {

/// MaxBoxAccV2 (Choe et al. 2020, section 4.1) with boxes out of masks: a threshold finds an
/// image's object if the bounding box of a connected piece (8 neighbours) of heat >= k / 255 has an
/// IoU of at least 0.3, 0.5 or 0.7 with that of a connected piece of the truth. Per IoU the best k
/// over the data set counts; the value is the mean over the three. Images without object are left
/// out.
class BoxAccuracy {
 public:
  void Add(const HeatPixels& pixels);
  BoxAccuracy& operator+=(const BoxAccuracy& other);

  /// The counts in a row, as `AddCounts` takes them.
  std::vector<std::int64_t> Counts() const;
  /// Throws `std::invalid_argument` for another number of counts.
  void AddCounts(std::span<const std::int64_t> counts);

  /// Nothing if no truth had an object.
  std::optional<double> Value() const;

 private:
  static constexpr int kOverlaps = 3;
  std::array<std::array<std::int64_t, 256>, kOverlaps> found_ = {};
  std::int64_t images_ = 0;
};

}  // namespace gradcut
