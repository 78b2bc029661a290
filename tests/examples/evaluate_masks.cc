// Scores masks against ground truth, and says which are worst: evaluate_masks MASKS TRUTH
#include <gradcut/core/error.h>
#include <gradcut/metrics/evaluate.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

int main(int argc, char** argv) {
  using namespace gradcut;
  if (argc != 3) return 2;
  EvaluateOptions options;
  options.pairing.predictions = argv[1];
  options.pairing.truth = argv[2];
  options.measures = Measures::kRegion;  // What one pass over the pixels gives.
  try {
    EvaluateReport report = Evaluate(options, {.jobs = 2});
    for (const Total& total : report.totals)
      if (total.value) fmt::print("{:<20} {:.4f}\n", total.name, *total.value);
    std::sort(report.images.begin(), report.images.end(),
              [](const ImageResult& a, const ImageResult& b) { return a.values[0] < b.values[0]; });
    report.images.resize(std::min<std::size_t>(report.images.size(), 3));
    for (const ImageResult& image : report.images)
      fmt::print("worst: {} with {} {:.4f}\n", image.key, report.columns[0], image.values[0]);
    for (const std::string& failure : report.failures) fmt::print(stderr, "{}\n", failure);
    return report.failures.empty() ? 0 : 1;
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
