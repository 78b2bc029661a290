#include "gradcut/render/evaluation_page.h"

#include "gradcut/image/image_io.h"
#include "gradcut/render/base64.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t CountOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

class HtmlTest : public ::testing::Test {
 protected:
  HtmlTest() {
    cv::Mat half = cv::Mat::zeros(300, 400, CV_8U), quarter = half.clone();
    half.colRange(0, 200).setTo(255);
    quarter.colRange(0, 100).setTo(255);
    for (const char* const name : {"a", "b", "<i>&\"c\""}) {
      WriteFileAtomically(folder_ / "gt" / (std::string(name) + ".png"), EncodePng(half));
      WriteFileAtomically(folder_ / "pred" / (std::string(name) + ".png"),
                          EncodePng(name[0] == 'a' ? half : quarter));
    }
    options_.pairing.predictions = folder_ / "pred";
    options_.pairing.truth = folder_ / "gt";
  }

  TemporaryFolder folder_;
  EvaluateOptions options_;
};

TEST_F(HtmlTest, PageHasTotalsCurveAndPicturesOfBothEnds) {
  const std::string page = ToHtml(Evaluate(options_), options_, /*shown=*/1);
  EXPECT_THAT(page, HasSubstr("<td>mean_iou</td><td>0.6667</td>"));
  EXPECT_EQ(CountOf(page, "<svg"), 1);
  EXPECT_EQ(CountOf(page, "src=\"data:image/png;base64,"), 4);
  EXPECT_LT(page.find("0.5000 "), page.find("1.0000 a<"));
}

TEST_F(HtmlTest, PageNeedsNothingFromElsewhere) {
  const std::string page = ToHtml(Evaluate(options_), options_);
  for (const char* const word : {"http", "<script", "<link", "url(", "@import"})
    EXPECT_THAT(page, Not(HasSubstr(word)));
  EXPECT_EQ(CountOf(page, "src=\""), CountOf(page, "src=\"data:"));
}

TEST_F(HtmlTest, NamesAreText) {
  EvaluateReport report = Evaluate(options_);
  report.failures = {"<script>alert('1')</script>"};
  const std::string page = ToHtml(report, options_);
  EXPECT_THAT(page, HasSubstr("&lt;i&gt;&amp;&quot;c&quot;"));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;1&#39;)"));
  EXPECT_THAT(page, Not(HasSubstr("<i>")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST_F(HtmlTest, FitsPhonesAndDarkMode) {
  const std::string page = ToHtml(Evaluate(options_), options_);
  EXPECT_THAT(page, HasSubstr("width=device-width"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
}

TEST_F(HtmlTest, HeatMapsHaveTheirCurves) {
  options_.pairing.kind = PredictionKind::kHeatMaps;
  const std::string page = ToHtml(Evaluate(options_), options_);
  EXPECT_EQ(CountOf(page, "<svg"), 3);
  EXPECT_THAT(page, HasSubstr("recall"));
}

TEST_F(HtmlTest, ClassesHaveTheirTable) {
  options_.protocol = Protocol::kVoc;
  const cv::Mat labels(20, 30, CV_8U, cv::Scalar(12));
  for (const char* const folder : {"gt2", "pred2"})
    WriteFileAtomically(folder_ / folder / "a.png", EncodeIndexedPng(labels, VocPalette()));
  options_.pairing.predictions = folder_ / "pred2";
  options_.pairing.truth = folder_ / "gt2";
  const std::string page = ToHtml(Evaluate(options_), options_);
  EXPECT_THAT(page, HasSubstr("<td>dog</td><td>1.0000</td>"));
}

TEST_F(HtmlTest, ComparisonIsATable) {
  EvaluateReport report = Evaluate(options_);
  report.against = Compare(report, report);
  report.against->other = "<other>";
  const std::string page = ToHtml(report, options_);
  EXPECT_THAT(page, HasSubstr("Against &lt;other&gt;, 3 images"));
  EXPECT_THAT(page, HasSubstr("<td>0</td><td>0</td><td>3</td>"));
}

TEST_F(HtmlTest, FileThatIsGoneIsShownWithoutPicture) {
  const EvaluateReport report = Evaluate(options_);
  WriteFileAtomically(folder_ / "pred/a.png", std::string_view("text"));
  const std::string page = ToHtml(report, options_);
  EXPECT_THAT(page, HasSubstr("1.0000 a"));
  EXPECT_EQ(CountOf(page, "src=\"data:"), 8);
}

TEST_F(HtmlTest, NothingScoredStillHasAPage) {
  EXPECT_THAT(ToHtml({}, options_), HasSubstr("0 images scored"));
}

TEST(Base64Test, MatchesTheStandardsExamples) {
  const auto encoded = [](std::string_view text) { return EncodeBase64(BytesOf(text)); };
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace gradcut
