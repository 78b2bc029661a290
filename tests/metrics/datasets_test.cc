// On real data sets.
#include "gradcut/metrics/evaluate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace gradcut {
namespace {

TEST(EvaluateOnDatasets, TruthAgainstItselfIsPerfect) {
  EvaluateOptions options;
  options.pairing.truth = std::filesystem::path(GRADCUT_DATASETS) / "voc2012";
  options.pairing.predictions = options.pairing.truth;
  options.pairing.split = "train2007";
  options.protocol = Protocol::kVoc;
  options.measures = Measures::kRegion;
  const EvaluateReport report = Evaluate(options);
  EXPECT_EQ(report.images.size(), 311);
  const auto miou = std::find_if(report.totals.begin(), report.totals.end(),
                                 [](const Total& total) { return total.name == "miou"; });
  ASSERT_NE(miou, report.totals.end());
  EXPECT_EQ(miou->value, 1);
  for (const ClassResult& result : report.classes) EXPECT_EQ(result.values[0], 1) << result.name;
}

}  // namespace
}  // namespace gradcut
