// What other packages, or the papers' definitions in NumPy, say of small made-up cases. The script
// eval/metrics_parity/make_goldens.py writes them; compare.py there does the same for real images.
#include "gradcut/metrics/evaluate.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double kTolerance = 1e-6;
const fs::path kData = fs::path(GRADCUT_TEST_DATA) / "metrics";

const Json& Expected() {
  static const Json expected = Json::parse(std::ifstream(kData / "expected.json"));
  return expected;
}

EvaluateReport Score(const char* predictions, const char* truth, Protocol protocol,
                     PredictionKind kind = PredictionKind::kMasks) {
  EvaluateOptions options;
  options.pairing.predictions = kData / predictions;
  options.pairing.truth = kData / truth;
  options.pairing.kind = kind;
  options.protocol = protocol;
  // One prediction is a heat map of one grey value, which the references cut off at half of white.
  if (protocol == Protocol::kBinary) options.prediction.values = MaskValues::kThreshold;
  return Evaluate(options);
}

void ExpectColumns(const EvaluateReport& report, const Json& expected) {
  ASSERT_EQ(report.images.size(), expected.size());
  for (const ImageResult& image : report.images) {
    const Json& measures = expected.at(image.key);
    std::size_t compared = 0;
    for (std::size_t i = 0; i < report.columns.size(); ++i) {
      if (!measures.contains(report.columns[i])) continue;
      EXPECT_NEAR(image.values[i], measures[report.columns[i]], kTolerance)
          << image.key << ": " << report.columns[i];
      ++compared;
    }
    EXPECT_EQ(compared, measures.size()) << image.key;
  }
}

void ExpectTotals(const EvaluateReport& report, const Json& expected) {
  std::size_t compared = 0;
  for (const Total& total : report.totals) {
    if (!expected.contains(total.name)) continue;
    EXPECT_NEAR(total.value.value(), expected[total.name], kTolerance) << total.name;
    ++compared;
  }
  EXPECT_EQ(compared, expected.size());
}

TEST(GoldenTest, MaskMeasuresAgree) {
  ExpectColumns(Score("heat", "truth", Protocol::kBinary), Expected()["masks"]);
}

TEST(GoldenTest, HeatMapMeasuresAgree) {
  const EvaluateReport report =
      Score("heat", "truth", Protocol::kBinary, PredictionKind::kHeatMaps);
  ExpectColumns(report, Expected()["heat_maps"]);
  ExpectTotals(report, Expected()["localization"]);
}

TEST(GoldenTest, ClassMeasuresAgree) {
  const EvaluateReport report = Score("classes_predicted", "classes", Protocol::kVoc);
  ExpectTotals(report, Expected()["classes"]);
  for (int t = 0; t < 21; ++t)
    for (int p = 0; p < 21; ++p)
      EXPECT_EQ(report.confusion->count(t, p), Expected()["confusion"][t][p]);
}

}  // namespace
}  // namespace gradcut
