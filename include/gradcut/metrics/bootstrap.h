#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace gradcut {

struct BootstrapOptions {
  int resamples = 1000;      ///< At least 1.
  double confidence = 0.95;  ///< In (0, 1].
  std::uint64_t seed = 0;
};

struct Interval {
  double low = 0;
  double high = 0;
};

/// A statistic of a sample: indices of images, drawn with replacement, as many as there are images.
using SampleStatistic = std::function<double(std::span<const std::size_t>)>;

/// The percentile bootstrap interval (Efron 1979): the middle `confidence` of the statistic over
/// samples of `count` images. The same seed draws the same samples on every machine, so intervals
/// of several measures go together. NaN without images. Throws `std::invalid_argument` for options
/// out of range.
Interval Bootstrap(std::size_t count, const SampleStatistic& statistic,
                   const BootstrapOptions& options = {});

/// The interval of the mean of `values`, NaN left out. Throws likewise.
Interval BootstrapMean(std::span<const double> values, const BootstrapOptions& options = {});

}  // namespace gradcut
