#include "gradcut/metrics/bootstrap.h"

#include "gradcut/core/error.h"
#include "gradcut/core/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace gradcut {
namespace {

// Linear between the order statistics, as numpy.percentile.
double Quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double weight = position - static_cast<double>(below);
  return sorted[below] + weight * (sorted[above] - sorted[below]);
}

}  // namespace

Interval Bootstrap(std::size_t count, const SampleStatistic& statistic,
                   const BootstrapOptions& options) {
  Expect(options.resamples > 0, "Bootstrap: {} resamples, expected at least 1", options.resamples);
  Expect(options.confidence > 0 && options.confidence <= 1,
         "Bootstrap: confidence {}, expected more than 0 and at most 1", options.confidence);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (count == 0) return {kNan, kNan};
  std::mt19937_64 random(options.seed);
  std::vector<std::size_t> sample(count);
  std::vector<double> results(static_cast<std::size_t>(options.resamples));
  for (double& result : results) {
    for (std::size_t& image : sample) image = DrawBelow(random, count);
    result = statistic(sample);
  }
  std::sort(results.begin(), results.end());
  const double tail = (1 - options.confidence) / 2;
  return {Quantile(results, tail), Quantile(results, 1 - tail)};
}

Interval BootstrapMean(std::span<const double> values, const BootstrapOptions& options) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known),
               [](double value) { return !std::isnan(value); });
  const auto mean = [&](std::span<const std::size_t> sample) {
    double sum = 0;
    for (const std::size_t image : sample) sum += known[image];
    return sum / static_cast<double>(sample.size());
  };
  return Bootstrap(known.size(), mean, options);
}

}  // namespace gradcut
