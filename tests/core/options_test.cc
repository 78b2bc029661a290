#include "gradcut/core/options.h"

#include "gradcut/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace gradcut {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

enum class Reduction { kMaximum, kSum };

struct DemoOptions {
  double quantile = 0.95;
  double smoothness = 20;
  int bins = 16;
  bool hard = true;
  Reduction reduction = Reduction::kMaximum;
};

void Describe(DemoOptions& o, OptionList& list) {
  list.Number("demo.quantile", o.quantile, 0, 1, "a share of the pixels");
  list.Number("demo.smoothness", o.smoothness, 0, std::numeric_limits<double>::infinity(), "");
  list.Integer("demo.bins", o.bins, 1, 256, "bins a channel");
  list.Boolean("demo.hard", o.hard, "whether seeds are hard");
  list.Choice("demo.reduction", o.reduction,
              {{"maximum", Reduction::kMaximum}, {"sum", Reduction::kSum}}, "over channels");
}

class OptionsTest : public ::testing::Test {
 protected:
  OptionsTest() { Describe(options_, list_); }

  std::string RefusalOf(std::string_view key, std::string_view value) {
    try {
      SetOption(list_, key, value);
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }

  DemoOptions options_;
  OptionList list_;
};

TEST_F(OptionsTest, TextReachesTheField) {
  SetOption(list_, "demo.quantile", "0.5");
  SetOption(list_, "demo.bins", "8");
  SetOption(list_, "demo.hard", "false");
  SetOption(list_, "demo.reduction", "sum");
  EXPECT_EQ(options_.quantile, 0.5);
  EXPECT_EQ(options_.bins, 8);
  EXPECT_FALSE(options_.hard);
  EXPECT_EQ(options_.reduction, Reduction::kSum);
}

TEST_F(OptionsTest, TextIsWhatItsCheckAllows) {
  std::string colour = "white";
  OptionList list;
  list.Text(
      "demo.colour", colour, [](std::string_view text) { return text != "pink"; },
      "any colour but pink", "a colour");
  SetOption(list, "demo.colour", "#ff0000");
  EXPECT_EQ(colour, "#ff0000");
  EXPECT_EQ(list.Find("demo.colour")->get(), "#ff0000");
  EXPECT_THROW(SetOption(list, "demo.colour", "pink"), Error);
  colour = "pink";
  EXPECT_THROW(ValidateOptions(list), Error);
}

TEST_F(OptionsTest, EveryValueReadsBackAsItIsWritten) {
  options_.quantile = 0.1 + 0.2;
  for (const Option& option : list_.options()) {
    const std::string text = option.get();
    option.set(text);
    EXPECT_EQ(option.get(), text) << option.key;
  }
  EXPECT_EQ(options_.quantile, 0.1 + 0.2);
}

TEST_F(OptionsTest, RefusalNamesKeyValueAndConstraint) {
  EXPECT_EQ(RefusalOf("demo.quantile", "1.5"), "demo.quantile = 1.5, must be a number in [0, 1]");
  EXPECT_EQ(RefusalOf("demo.quantile", "nan"), "demo.quantile = nan, must be a number in [0, 1]");
  EXPECT_EQ(RefusalOf("demo.smoothness", "-1"), "demo.smoothness = -1, must be a number >= 0");
  EXPECT_EQ(RefusalOf("demo.bins", "16x"), "demo.bins = 16x, must be a whole number in [1, 256]");
  EXPECT_EQ(RefusalOf("demo.hard", "maybe"), "demo.hard = maybe, must be true or false");
  EXPECT_EQ(RefusalOf("demo.reduction", "mean"),
            "demo.reduction = mean, must be one of maximum, sum");
}

TEST_F(OptionsTest, RefusedValueLeavesTheFieldAlone) {
  RefusalOf("demo.quantile", "7");
  EXPECT_EQ(options_.quantile, 0.95);
}

TEST_F(OptionsTest, UnknownKeyIsAnsweredWithNearOnes) {
  EXPECT_THAT(RefusalOf("demo.quantil", "1"), HasSubstr("did you mean demo.quantile"));
  EXPECT_THAT(RefusalOf("xyz", "1"), HasSubstr("unknown option 'xyz'"));
}

struct ListOptions {
  std::vector<int> sizes = {0};
  std::vector<std::string> methods = {"fused"};
  std::vector<std::string> layers = {};
};

void Describe(ListOptions& options, OptionList& list) {
  list.Integers("demo.sizes", options.sizes, 0, 2048, "sizes");
  list.Names("demo.methods", options.methods, {"fused", "grad_cam", "gradient"}, "methods");
  list.Names("demo.layers", options.layers, {}, "layers");
}

TEST(ListOptionsTest, AreReadAndWrittenWithCommas) {
  ListOptions options;
  OptionList list;
  Describe(options, list);
  SetOption(list, "demo.sizes", "224,320,448");
  EXPECT_THAT(options.sizes, ElementsAre(224, 320, 448));
  EXPECT_EQ(GetOption(list, "demo.sizes").get(), "224,320,448");
  SetOption(list, "demo.methods", "grad_cam,gradient");
  EXPECT_THAT(options.methods, ElementsAre("grad_cam", "gradient"));
  SetOption(list, "demo.layers", "block3,head");
  EXPECT_THAT(options.layers, ElementsAre("block3", "head"));
  SetOption(list, "demo.layers", "");
  EXPECT_THAT(options.layers, IsEmpty());
  EXPECT_EQ(GetOption(list, "demo.layers").get(), "");
}

TEST(ListOptionsTest, RefuseWhatIsOutOfRangeOrUnknown) {
  ListOptions options;
  OptionList list;
  Describe(options, list);
  const auto refusal = [&list](const std::string& key, const std::string& text) {
    try {
      SetOption(list, key, text);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  for (const char* const text : {"", "224,,320", "224,x", "-1", "2049", "1 2", ","})
    EXPECT_THAT(refusal("demo.sizes", text), HasSubstr("whole numbers in [0, 2048]")) << text;
  EXPECT_THAT(refusal("demo.methods", "gradient,grad_camm"), HasSubstr("did you mean grad_cam"));
  EXPECT_THAT(refusal("demo.methods", ""), HasSubstr("of fused, grad_cam, gradient"));
  EXPECT_THAT(options.methods, ElementsAre("fused"));
  EXPECT_NO_THROW(Validate(ListOptions{}));
  EXPECT_THROW(Validate(ListOptions{.sizes = {}}), Error);
  EXPECT_THROW(Validate(ListOptions{.methods = {"none"}}), Error);
}

TEST(ValidateTest, FindsTheFieldThatIsOutOfRange) {
  EXPECT_NO_THROW(Validate(DemoOptions{}));
  EXPECT_THROW(Validate(DemoOptions{.quantile = -0.1}), Error);
  EXPECT_THROW(Validate(DemoOptions{.quantile = std::numeric_limits<double>::quiet_NaN()}), Error);
  EXPECT_THROW(Validate(DemoOptions{.bins = 0}), Error);
  EXPECT_THROW(Validate(DemoOptions{.reduction = static_cast<Reduction>(7)}), Error);
}

TEST(NearestNamesTest, RanksByEditDistanceAndContainment) {
  const std::vector<std::string> names = {"tabby", "tiger cat", "tiger", "Egyptian cat", "zebra"};
  EXPECT_THAT(NearestNames("tigr", names, 1), ElementsAre("tiger"));
  EXPECT_THAT(NearestNames("ZEBRA", names, 1), ElementsAre("zebra"));
  EXPECT_THAT(NearestNames("cat", names, 2), ElementsAre("tiger cat", "Egyptian cat"));
  EXPECT_THAT(NearestNames("xylophone", names), IsEmpty());
}

}  // namespace
}  // namespace gradcut
