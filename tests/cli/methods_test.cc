// gradcut saliency --method, and mask --model of several: flags, files and messages.
#include "gradcut/tensor/npy.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

class MethodsTest : public ::testing::Test {
 protected:
  MethodsTest() { SavePhoto(folder_ / "in/0.png", 0); }

  ProgramResult Saliency(const std::string& output, const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {"saliency", "in", "-o", output, "--device", "cpu"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return RunProgram(arguments, {.folder = folder_.path()});
  }

  std::string Complaint(const std::vector<std::string>& flags, int status) {
    const ProgramResult result = Saliency("refused", flags);
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_EQ(Lines(result.err).size(), 1u) << result.err;
    return result.err;
  }

  TemporaryFolder folder_;
};

TEST_F(MethodsTest, MethodsGiveDifferentMapsAndAreWrittenDown) {
  ASSERT_EQ(Saliency("a", {"--method", "grad_cam"}).status, 0);
  ASSERT_EQ(Saliency("b", {"--method", "layer_cam,gradient", "--layer", "block10,head", "--scales",
                           "64,96", "--score", "log_probability"})
                .status,
            0);
  EXPECT_FALSE(Results(folder_ / "a") == Results(folder_ / "b"));
  EXPECT_EQ(RunJson(folder_ / "a").at("recipe").at("saliency").at("method"),
            nlohmann::json({"grad_cam"}));
  const nlohmann::json options = RunJson(folder_ / "b").at("recipe").at("saliency");
  EXPECT_EQ(options.at("method"), nlohmann::json({"layer_cam", "gradient"}));
  EXPECT_EQ(options.at("layer"), nlohmann::json({"block10", "head"}));
  EXPECT_EQ(options.at("scales"), nlohmann::json({64, 96}));
  EXPECT_EQ(options.at("score"), "log_probability");
}

TEST_F(MethodsTest, ConfigurationsGiveTheSameBytes) {
  ASSERT_EQ(Saliency("flags", {"--method", "hires_cam", "--layer", "block10", "--scales", "64,96"})
                .status,
            0);
  ASSERT_EQ(Saliency("json", {"--config", "flags/run.json"}).status, 0);
  WriteFileAtomically(folder_ / "a.toml",
                      "[saliency]\nmethod = 'hires_cam'\nlayer = ['block10']\n"
                      "scales = [64, 96]\n");
  ASSERT_EQ(Saliency("toml", {"--config", "a.toml"}).status, 0);
  EXPECT_TRUE(Results(folder_ / "json") == Results(folder_ / "flags"));
  EXPECT_TRUE(Results(folder_ / "toml") == Results(folder_ / "flags"));
}

TEST_F(MethodsTest, SeedDecidesTheNoise) {
  const auto smooth = [&](const std::string& output, const std::string& seed) {
    ASSERT_EQ(Saliency(output, {"--method", "smooth_grad", "--scales", "64", "--saliency.samples",
                                "2", "--seed", seed})
                  .status,
              0);
  };
  smooth("a", "1");
  smooth("b", "1");
  smooth("c", "2");
  EXPECT_TRUE(Results(folder_ / "a") == Results(folder_ / "b"));
  EXPECT_FALSE(Results(folder_ / "a") == Results(folder_ / "c"));
}

TEST_F(MethodsTest, ManifestShowsHowCompleteIntegratedGradientsAre) {
  ASSERT_EQ(Saliency("out", {"--method", "integrated_gradients", "--scales", "64",
                             "--saliency.steps", "20"})
                .status,
            0);
  const nlohmann::json completeness = Manifest(folder_ / "out")[0].at("completeness");
  const double attributions = completeness.at("attributions");
  const double difference = completeness.at("difference");
  EXPECT_NE(difference, 0);
  EXPECT_LT(std::abs(attributions - difference), 0.2 * std::abs(difference));
}

TEST_F(MethodsTest, GroupsOfClassesHaveNames) {
  const auto indices = [&](const std::string& output, const std::vector<std::string>& flags) {
    EXPECT_EQ(Saliency(output, flags).status, 0);
    std::vector<int> found;
    const nlohmann::json entry = Manifest(folder_ / output)[0];
    for (const nlohmann::json& each : entry.at("classes")) found.push_back(each.at("index"));
    std::sort(found.begin(), found.end());
    return found;
  };
  EXPECT_EQ(indices("voc", {"--class", "aeroplane"}), std::vector<int>({404, 895, 908}));
  WriteFileAtomically(folder_ / "map.tsv", "cats\t281-283 285\n");
  EXPECT_EQ(indices("own", {"--class", "cats", "--class", "7", "--class-map", "map.tsv"}),
            std::vector<int>({7, 281, 282, 283, 285}));
  EXPECT_EQ(Saliency("own", {"--config", "own/run.json"}).status, 0);
  // The same file with other contents is another recipe.
  WriteFileAtomically(folder_ / "map.tsv", "cats\t281-282\n");
  const ProgramResult changed = Saliency("own", {"--config", "own/run.json"});
  EXPECT_EQ(changed.status, 2);
  EXPECT_THAT(changed.err, HasSubstr("own holds a run of another recipe (class_map_sha256 is "));
  EXPECT_THAT(Complaint({"--class", "aeroplane", "--class-map", "map.tsv"}, 2),
              HasSubstr("--class aeroplane: "));
}

TEST_F(MethodsTest, ExplanationShowsTheBestClassesAndHowMuchOfThemIsInTheMask) {
  ASSERT_EQ(Saliency("out", {"--explain"}).status, 0);
  EXPECT_THAT(ResultNames(folder_ / "out"),
              ::testing::ElementsAre("0.explanation.jpg", "0.heatmap.png"));
  const nlohmann::json entry = Manifest(folder_ / "out")[0];
  const auto share = [](double value) { return value >= 0 && value <= 1; };
  EXPECT_TRUE(share(entry.at("diffuseness")));
  ASSERT_EQ(entry.at("explanation").size(), 3u);
  double score = 1;
  for (const nlohmann::json& each : entry.at("explanation")) {
    EXPECT_TRUE(share(each.at("diffuseness")) && share(each.at("energy_inside")));
    EXPECT_LE(each.at("score").get<double>(), 1);
    score = each.at("score");
  }
  EXPECT_GT(score, 0);
}

TEST_F(MethodsTest, TruthTellsHowMuchOfTheHeatIsInTheObject) {
  // Found by its stem, as `eval` does. Everything, nothing, and two parts beside void pixels.
  const auto in_truth = [&](const std::string& output, const cv::Mat& truth) {
    WriteFileAtomically(folder_ / (output + "_gt/deep/0.png"), EncodePng(truth));
    EXPECT_EQ(Saliency(output, {"--explain", "--truth", output + "_gt"}).status, 0);
    const nlohmann::json entry = Manifest(folder_ / output)[0];
    for (const nlohmann::json& each : entry.at("explanation"))
      EXPECT_TRUE(each.at("energy_in_truth") >= 0 && each.at("energy_in_truth") <= 1);
    return entry.at("energy_in_truth").get<double>();
  };
  const cv::Size size(64, 48);
  cv::Mat all(size, CV_8UC1, cv::Scalar(255)), left(size, CV_8UC1, cv::Scalar(0)), right;
  left.colRange(0, 30).setTo(255);
  right = 255 - left;
  EXPECT_DOUBLE_EQ(in_truth("all", all), 1);
  EXPECT_DOUBLE_EQ(in_truth("none", cv::Mat::zeros(size, CV_8UC1)), 0);
  const double share = in_truth("left", left);
  EXPECT_GT(share, 0);
  EXPECT_NEAR(share + in_truth("right", right), 1, 1e-9);
  cv::Mat with_void = left / 255;  // Indices: 1 the object, 255 void.
  with_void.setTo(255, right);
  EXPECT_DOUBLE_EQ(in_truth("void", with_void), 1);
  // Another truth is another run.
  EXPECT_EQ(Saliency("left", {"--explain", "--truth", "right_gt"}).status, 2);
}

TEST_F(MethodsTest, TruthThatIsMissingOrOfAnotherSizeIsSaid) {
  SavePhoto(folder_ / "in/1.png", 1);
  WriteFileAtomically(folder_ / "gt/1.png", EncodePng(cv::Mat::zeros(48, 64, CV_8UC1)));
  const ProgramResult without = Saliency("without", {"--truth", "gt"});
  EXPECT_EQ(without.status, 0);
  EXPECT_THAT(without.err, HasSubstr("warning: in/0.png: has no truth in gt"));
  EXPECT_FALSE(Manifest(folder_ / "without")[0].contains("energy_in_truth"));
  WriteFileAtomically(folder_ / "gt/0.png", EncodePng(cv::Mat::zeros(9, 9, CV_8UC1)));
  const ProgramResult small = Saliency("small", {"--truth", "gt"});
  EXPECT_EQ(small.status, 1);
  EXPECT_THAT(small.err, HasSubstr("in/0.png: has 64x48 pixels, but its truth gt/0.png has 9x9"));
  EXPECT_THAT(Complaint({"--truth", "nowhere"}, 1), HasSubstr("nowhere: there is no such"));
}

TEST_F(MethodsTest, ManyClassesAreExplainedAsOneAndByTheirBest) {
  ASSERT_EQ(Saliency("out", {"--save", "explanation", "--class", "bird"}).status, 0);
  const nlohmann::json shown = Manifest(folder_ / "out")[0].at("explanation");
  ASSERT_EQ(shown.size(), 4u);
  EXPECT_EQ(shown[0].at("name"), "all 59 classes");
  EXPECT_FALSE(shown[0].contains("index"));
  EXPECT_GE(shown[0].at("score"), shown[1].at("score"));
  EXPECT_GE(shown[1].at("score"), shown[2].at("score"));
  EXPECT_GE(shown[2].at("score"), shown[3].at("score"));
  EXPECT_LT(ReadImage(folder_ / "out/0.explanation.jpg").cols, 2400);
}

TEST_F(MethodsTest, ExplanationIsOfTheClassesThatAreNamed) {
  ASSERT_EQ(Saliency("out", {"--save", "explanation", "--class", "tabby", "--class", "7"}).status,
            0);
  EXPECT_THAT(ResultNames(folder_ / "out"), ::testing::ElementsAre("0.explanation.jpg"));
  const nlohmann::json shown = Manifest(folder_ / "out")[0].at("explanation");
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_EQ(shown[0].at("index"), 7);
  EXPECT_EQ(shown[1].at("index"), 281);
}

TEST_F(MethodsTest, AdversarialChangeLowersTheClassAndItsStepIsPartOfTheRecipe) {
  ASSERT_EQ(Saliency("out", {"--adversarial", "8"}).status, 0);
  EXPECT_THAT(ResultNames(folder_ / "out"),
              ::testing::ElementsAre("0.adversarial.png", "0.heatmap.png"));
  const nlohmann::json found = Manifest(folder_ / "out")[0].at("adversarial");
  EXPECT_EQ(found.at("epsilon"), 8);
  EXPECT_LT(found.at("remaining").get<double>(), found.at("before").at("score").get<double>());
  EXPECT_EQ(RunJson(folder_ / "out").at("recipe").at("saliency").at("epsilon"), 8);
  EXPECT_EQ(Saliency("out", {"--adversarial", "4"}).status, 2);  // Another recipe.
}

TEST_F(MethodsTest, RawAttributionsHaveTheirSignTheirUnitsAndTheNetworksGrid) {
  const auto raw = [&](const std::string& output, const std::vector<std::string>& flags) {
    std::vector<std::string> all = {"--save", "raw", "--class", "tabby"};
    all.insert(all.end(), flags.begin(), flags.end());
    const ProgramResult result = Saliency(output, all);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(ResultNames(folder_ / output), ::testing::ElementsAre("0.raw.npy"));
    const NpyArray array = ReadNpy(folder_ / output / "0.raw.npy");
    EXPECT_EQ(array.dtype, Dtype::kFloat32);
    const auto values = array.As<float>();
    return cv::Mat(static_cast<int>(array.shape.at(0)), static_cast<int>(array.shape.at(1)),
                   CV_32FC1, const_cast<float*>(values.data()))
        .clone();
  };
  const cv::Mat integrated = raw("ig", {"--method", "integrated_gradients", "--scales", "64",
                                        "--saliency.steps", "100", "--saliency.mirror", "true"});
  EXPECT_EQ(integrated.size(), cv::Size(64, 64));
  EXPECT_LT(*std::min_element(integrated.begin<float>(), integrated.end<float>()), 0);
  const nlohmann::json completeness = Manifest(folder_ / "ig")[0].at("completeness");
  const double difference = completeness.at("difference");
  EXPECT_NEAR(cv::sum(integrated)[0], completeness.at("attributions").get<double>(),
              1e-4 * std::abs(difference));
  EXPECT_NEAR(cv::sum(integrated)[0], difference, 0.1 * std::abs(difference));

  const cv::Mat gradient = raw("gradient", {"--method", "gradient", "--scales", "0"});
  EXPECT_EQ(gradient.size(), cv::Size(224, 224));
  const cv::Mat cam = raw("cam", {"--method", "grad_cam", "--scales", "96", "--layer", "block10"});
  EXPECT_EQ(cam.size(), cv::Size(6, 4));
  for (const cv::Mat& map : {gradient, cam}) {
    double least = 0, greatest = 0;
    cv::minMaxLoc(map, &least, &greatest);
    EXPECT_LT(least, 0);
    EXPECT_GT(greatest, 0);
  }
  EXPECT_THAT(Complaint({"--save", "raw", "--method", "grad_cam,layer_cam"}, 2),
              HasSubstr("--save raw: the heat map would be the sum of 2 maps"));
  EXPECT_THAT(Complaint({"--save", "raw", "--method", "grad_cam", "--layer", "block9,block10"}, 2),
              HasSubstr("--save raw"));
}

TEST_F(MethodsTest, MasksOfSeveralNetworksAreTheMostConfidentOnes) {
  for (int i = 1; i < 4; ++i) SavePhoto(folder_ / "in" / (std::to_string(i) + ".png"), i);
  const auto mask = [&](const std::string& output, const std::string& model,
                        const std::vector<std::string>& flags = {}) {
    std::vector<std::string> arguments = {"mask", "in", "-o", output, "--model", model};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return RunProgram(arguments, {.folder = folder_.path()});
  };
  const std::string first = "efficientnet-lite0", second = "efficientnet-lite1";
  for (const auto& [output, model] :
       {std::pair{"a", first}, {"b", second}, {"both", first + "," + second}})
    ASSERT_EQ(mask(output, model).status, 0);
  const std::vector<nlohmann::json> a = Manifest(folder_ / "a"), b = Manifest(folder_ / "b"),
                                    both = Manifest(folder_ / "both");
  ASSERT_EQ(ManifestColumn(folder_ / "both", "output"),
            (std::vector<std::string>{"0.png", "1.png", "2.png", "3.png"}));
  for (std::size_t i = 0; i < both.size(); ++i) {
    const std::string name = both[i].at("output");
    ASSERT_EQ(a[i].at("output"), name);
    ASSERT_EQ(b[i].at("output"), name);
    const double of_first = a[i].at("confidence"), of_second = b[i].at("confidence");
    const bool second_is_kept = of_first < 0.9 && of_second > of_first;
    EXPECT_EQ(both[i].at("model"), second_is_kept ? second : first) << name;
    EXPECT_EQ(both[i].at("confidence"), second_is_kept ? of_second : of_first) << name;
    EXPECT_EQ(TextOf(folder_ / "both" / name),
              TextOf(folder_ / (second_is_kept ? "b" : "a") / name));
    EXPECT_FALSE(a[i].contains("model"));
  }
  EXPECT_EQ(RunJson(folder_ / "both").at("made_by").at("more_networks").at(0).at("architecture"),
            second);
  const ProgramResult hinted = mask("hinted", first + "," + second, {"--hints", "strokes.jsonl"});
  EXPECT_EQ(hinted.status, 2);
  EXPECT_THAT(hinted.err, HasSubstr("--hints: goes with one --model"));
  EXPECT_THAT(Complaint({"--model", first + "," + second}, 2), HasSubstr("unknown model"));
}

TEST_F(MethodsTest, MistakesAreNamedWithTheRemedy) {
  EXPECT_THAT(Complaint({"--method", "grad_camm"}, 2), HasSubstr("did you mean grad_cam"));
  EXPECT_THAT(Complaint({"--scales", "224;320"}, 2), HasSubstr("saliency.scales = 224;320"));
  EXPECT_THAT(Complaint({"--method", "grad_cam", "--layer", "block-10"}, 2),
              HasSubstr("did you mean block10"));
  EXPECT_THAT(Complaint({"--method", "gradient", "--layer", "head"}, 2),
              HasSubstr("looks at no layer"));
}

}  // namespace
}  // namespace gradcut
