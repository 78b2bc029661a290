#include "gradcut/metrics/tuning.h"

#include "gradcut/core/error.h"
#include "gradcut/core/random.h"
#include "gradcut/metrics/evaluate.h"
#include "metrics/cells.h"
#include "metrics/mean.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gradcut {
namespace {

// The IoUs at a point of the images that choose, or of the others.
std::vector<double> IousOf(std::span<const TunedImage> images, std::size_t point, bool chooses) {
  std::vector<double> ious;
  for (const TunedImage& image : images)
    if (image.chooses == chooses) ious.push_back(image.ious[point]);
  return ious;
}

// The half that is reported on, as if it had been evaluated at a point.
EvaluateReport ReportAt(std::span<const TunedImage> images, std::size_t point) {
  EvaluateReport report;
  report.columns = {"iou"};
  for (const TunedImage& image : images)
    if (!image.chooses) report.images.push_back({image.key, false, {image.ious[point]}});
  return report;
}

std::size_t BestCandidate(const std::vector<PointScore>& points,
                          const std::vector<bool>& candidates) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (candidates[i] && (!best || points[i].choose > points[*best].choose)) best = i;
  if (!best) throw std::invalid_argument("Choose: no candidate");
  return *best;
}

}  // namespace

std::vector<bool> DrawHalf(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(seed);
  std::vector<bool> chooses(count);
  for (std::size_t i = 0; i < (count + 1) / 2; ++i) {
    std::swap(order[i], order[i + DrawBelow(random, count - i)]);
    chooses[order[i]] = true;
  }
  return chooses;
}

Tuning Choose(std::span<const TunedImage> images, const std::vector<bool>& candidates,
              std::size_t given, const BootstrapOptions& bootstrap) {
  Tuning tuning;
  for (const TunedImage& image : images) ++(image.chooses ? tuning.choosing : tuning.reporting);
  Require(tuning.choosing > 0, "none of the images to choose by could be scored");
  for (std::size_t point = 0; point < candidates.size(); ++point) {
    const std::vector<double> reported = IousOf(images, point, /*chooses=*/false);
    tuning.points.push_back({Mean(IousOf(images, point, /*chooses=*/true)), Mean(reported),
                             BootstrapMean(reported, bootstrap)});
  }
  tuning.chosen = BestCandidate(tuning.points, candidates);
  tuning.gain =
      Compare(ReportAt(images, tuning.chosen), ReportAt(images, given), bootstrap).measures.front();
  return tuning;
}

std::string ToCsv(const TuningTable& table) {
  std::string text;
  for (const std::string& key : table.keys) text += key + ',';
  text += "choose_iou,report_iou,report_low,report_high,candidate,given,chosen\n";
  for (std::size_t i = 0; i < table.points.size(); ++i) {
    const PointScore& score = table.tuning.points[i];
    for (const std::string& value : table.points[i]) text += CsvField(value) + ',';
    for (const double value : {score.choose, score.report, score.interval.low, score.interval.high})
      text += CsvField(value) + ',';
    text += fmt::format("{:d},{:d},{:d}\n", bool{table.candidates[i]}, i == table.given,
                        i == table.tuning.chosen);
  }
  return text;
}

std::string ToText(const TuningTable& table) {
  const Tuning& tuning = table.tuning;
  const auto row = [&](const char* name, const PointScore& score) {
    return fmt::format("{:<20}{:>9}{:>9}   [{}, {}]\n", name, Cell(score.choose),
                       Cell(score.report), Cell(score.interval.low), Cell(score.interval.high));
  };
  std::string text = fmt::format(
      "{} points, chosen by {} images and reported on {} others\n\n"
      "{:<20}{:>9}{:>9}   {}\n",
      table.points.size(), tuning.choosing, tuning.reporting, "mean IoU", "chosen by", "others",
      "95 % interval");
  text += row("as given", tuning.points[table.given]);
  text += row("chosen", tuning.points[tuning.chosen]);
  text += fmt::format("{:<29}{:>9}   [{}, {}]   {} better, {} worse, {} tied\n\n", "difference",
                      Signed(tuning.gain.difference), Signed(tuning.gain.interval.low),
                      Signed(tuning.gain.interval.high), tuning.gain.wins->better,
                      tuning.gain.wins->worse, tuning.gain.wins->tied);
  for (std::size_t i = 0; i < table.keys.size(); ++i)
    text += fmt::format("{} = {}\n", table.keys[i], table.points[tuning.chosen][i]);
  return text;
}

}  // namespace gradcut
