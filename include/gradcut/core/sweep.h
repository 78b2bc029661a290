#pragma once

#include "gradcut/core/options.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// The values that one option takes, each as `Option::get` writes it.
struct Sweep {
  std::string key;
  std::vector<std::string> values;
};

/// One value for each sweep, in their order.
using SweepPoint = std::vector<std::string>;

/// Reads "key=first:last:step" (numbers; `last` is included where a step meets it) or
/// "key=v1,v2,...". Leaves the option as it was. Throws `Error` naming the text and what is wrong
/// with it: an unknown key, a value that the option does not allow or that stands twice, a range
/// without end or of more than 10,000 values.
Sweep ParseSweep(std::string_view text, const OptionList& list);

/// The most points that are drawn up.
inline constexpr std::size_t kMaxSweepPoints = 100'000;

/// Every combination of values, the last sweep changing fastest; or, with a `budget` > 0, at most
/// that many different ones of them, drawn with the seed and in the same order. No sweep at all has
/// one point. Throws `Error` when an option is swept twice or there are more than
/// `kMaxSweepPoints`.
std::vector<SweepPoint> SweepPoints(std::span<const Sweep> sweeps, std::size_t budget = 0,
                                    std::uint64_t seed = 0);

}  // namespace gradcut
