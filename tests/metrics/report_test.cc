#include "gradcut/metrics/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace gradcut {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

EvaluateReport Sample() {
  EvaluateReport report;
  report.columns = {"iou", "recall"};
  report.images = {{"a", false, {0.75, 0.5}}, {"b, \"c\"", true, {0.25, kNone}}};
  report.totals = {{"mean_iou", 0.5, Interval{0.25, 0.75}}, {"coverage", std::nullopt, {}}};
  report.class_columns = {"iou"};
  report.classes = {{0, "background", {0.5}}, {1, "cat", {std::nullopt}}};
  report.missing = {"b, \"c\""};
  report.failures = {"d.png: is truncated"};
  return report;
}

TEST(ReportTest, JsonHasTotalsIntervalsAndClasses) {
  const auto json = nlohmann::json::parse(ToJson(Sample()));
  EXPECT_EQ(json["images"], 2);
  EXPECT_EQ(json["mean_iou"], 0.5);
  EXPECT_TRUE(json["coverage"].is_null());
  EXPECT_EQ(json["interval_95"]["mean_iou"], (nlohmann::json{0.25, 0.75}));
  EXPECT_EQ(json["per_class"]["background"]["iou"], 0.5);
  EXPECT_TRUE(json["per_class"]["cat"]["iou"].is_null());
  EXPECT_EQ(json["missing"][0], "b, \"c\"");
  EXPECT_EQ(json["failed"][0], "d.png: is truncated");
}

TEST(ReportTest, ClassesOfOneNameStayTwo) {
  EvaluateReport report = Sample();
  report.classes = {{1, "cat", {0.5}}, {2, "cat", {0.25}}};
  const auto json = nlohmann::json::parse(ToJson(report));
  EXPECT_EQ(json["per_class"]["cat"]["iou"], 0.5);
  EXPECT_EQ(json["per_class"]["cat (2)"]["iou"], 0.25);
}

TEST(ReportTest, FileNamesThatAreNotUtf8DoNotBreakJson) {
  EvaluateReport report = Sample();
  report.missing = {"\xff\xfe"};
  EXPECT_NO_THROW(nlohmann::json::parse(ToJson(report)));
}

TEST(ReportTest, CsvHasOneRowAnImageAndQuotesNames) {
  EXPECT_EQ(ToCsv(Sample()),
            "image,missing,iou,recall\n"
            "a,0,0.75,0.5\n"
            "\"b, \"\"c\"\"\",1,0.25,\n");
}

TEST(ReportTest, TableListsTheWorstImagesFirst) {
  const std::string table = ToTable(Sample(), /*worst=*/2);
  EXPECT_LT(table.find("0.2500  b"), table.find("0.7500  a"));
  EXPECT_THAT(table, HasSubstr("[0.2500, 0.7500]"));
  EXPECT_THAT(table, HasSubstr("1 without prediction"));
  EXPECT_THAT(ToTable(Sample()), Not(HasSubstr("worst images")));
}

TEST(ReportTest, ComparisonIsInJsonAndTable) {
  EvaluateReport report = Sample();
  EXPECT_FALSE(nlohmann::json::parse(ToJson(report)).contains("against"));
  report.against = Comparison{.other = "theirs",
                              .images = 9,
                              .measures = {{"iou", 0.5, 0.25, 0.25, {0.125, 0.5}, Wins{5, 3, 1}},
                                           {"data_set_miou", 0.5, 0.5, 0, {-0.125, 0.5}, {}}},
                              .missing = {"x"},
                              .failures = {"y.png: is truncated"}};
  const auto json = nlohmann::json::parse(ToJson(report))["against"];
  EXPECT_EQ(json["images"], 9);
  EXPECT_EQ(json["measures"]["iou"]["difference"], 0.25);
  EXPECT_EQ(json["measures"]["iou"]["interval_95"], (nlohmann::json{0.125, 0.5}));
  EXPECT_EQ(json["measures"]["iou"]["better"], 5);
  EXPECT_EQ(json["measures"]["iou"]["tied"], 1);
  EXPECT_FALSE(json["measures"]["data_set_miou"].contains("tied"));
  EXPECT_EQ(json["failed"][0], "y.png: is truncated");
  const std::string table = ToTable(report);
  EXPECT_THAT(table, HasSubstr("against theirs, 9 images scored in both"));
  EXPECT_THAT(table, HasSubstr("[+0.1250, +0.5000]        5      3      1\n"));
  EXPECT_THAT(table, HasSubstr("1 without prediction in the other, scored as empty: x"));
}

TEST(ReportTest, NothingScoredStillHasAReport) {
  EXPECT_EQ(nlohmann::json::parse(ToJson({}))["images"], 0);
  EXPECT_EQ(ToCsv({}), "image,missing\n");
  EXPECT_THAT(ToTable({}, 3), HasSubstr("images"));
}

}  // namespace
}  // namespace gradcut
