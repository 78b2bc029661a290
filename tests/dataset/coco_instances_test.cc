#include "gradcut/dataset/coco_instances.h"

#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Json = nlohmann::json;

class CocoInstancesFileTest : public ::testing::Test {
 protected:
  CocoAnnotations Read(const std::string& text) const {
    WriteFileAtomically(folder_ / "a.json", text);
    return ReadCocoInstances(folder_ / "a.json");
  }
  std::string ErrorIn(const std::string& text) const {
    return ErrorOf([&] { Read(text); });
  }
  // Of a data set with one image of 3 rows and 4 columns and one annotation, changed like that.
  CocoAnnotations ReadChanged(const Json& changes) const { return Read(Changed(changes).dump()); }
  std::string ErrorInChanged(const Json& changes) const { return ErrorIn(Changed(changes).dump()); }

  TemporaryFolder folder_;

 private:
  static Json Changed(const Json& changes) {
    Json annotation = {{"id", 7},
                       {"image_id", 1},
                       {"category_id", 2},
                       {"segmentation", {{0, 0, 2, 0, 2, 3, 0, 3}}}};
    annotation.merge_patch(changes);
    return {{"annotations", {annotation}},  // Before the image whose size they need.
            {"categories", {{{"id", 2}, {"name", "cat"}}}},
            {"images", {{{"id", 1}, {"file_name", "a.jpg"}, {"width", 4}, {"height", 3}}}},
            {"info", {{"annotations", {1, 2}}}},
            {"more", {1, {{"x", {2}}}}}};
  }
};

TEST_F(CocoInstancesFileTest, ReadsADataSet) {
  const CocoAnnotations all = ReadChanged({{"iscrowd", 1}, {"score", 0.25}, {"area", 5.5}});
  ASSERT_EQ(all.images.size(), 1U);
  EXPECT_EQ(all.images[0].file_name, "a.jpg");
  EXPECT_EQ(all.images[0].rows, 3);
  EXPECT_EQ(all.images[0].cols, 4);
  ASSERT_EQ(all.categories.size(), 1U);
  EXPECT_EQ(all.categories[0].id, 2);
  EXPECT_EQ(all.categories[0].name, "cat");
  ASSERT_EQ(all.instances.size(), 1U);
  const CocoInstance& instance = all.instances[0];
  EXPECT_EQ(instance.id, 7);
  EXPECT_EQ(instance.image_id, 1);
  EXPECT_EQ(instance.category_id, 2);
  EXPECT_EQ(instance.area, 5.5);
  EXPECT_EQ(instance.score, 0.25);
  EXPECT_TRUE(instance.crowd);
  EXPECT_THAT(instance.mask.counts, ElementsAre(0, 6, 6));
}

TEST_F(CocoInstancesFileTest, WhatIsNotSaidIsTakenFromTheMask) {
  const CocoInstance instance = ReadChanged({{"id", 7.0}}).instances.at(0);
  EXPECT_EQ(instance.area, 6);
  EXPECT_FALSE(instance.crowd);
  EXPECT_EQ(instance.score, std::nullopt);
}

TEST_F(CocoInstancesFileTest, ReadsAllFormsOfMasks) {
  for (const Json& form : {Json({{0, 0, 1, 0, 1, 3, 0, 3}, {1, 0, 2, 0, 2, 3, 1, 3}}),
                           Json({{"size", {3, 4}}, {"counts", {0, 6, 6}}}),
                           Json({{"size", {3, 4}}, {"counts", CompressRuns({3, 4, {0, 6, 6}})}})})
    EXPECT_THAT(ReadChanged({{"segmentation", form}}).instances.at(0).mask.counts,
                ElementsAre(0, 6, 6))
        << form;
}

TEST_F(CocoInstancesFileTest, ReadsAListOfResults) {
  const CocoAnnotations all = Read(R"([
    {"image_id": 5, "category_id": 1, "segmentation": {"size": [2, 2], "counts": [1, 3]}, "score": 0.5},
    {"image_id": 6, "category_id": 1, "segmentation": {"size": [2, 2], "counts": [4]}, "score": 1}])");
  EXPECT_TRUE(all.is_list);
  EXPECT_THAT(all.images, IsEmpty());
  ASSERT_EQ(all.instances.size(), 2U);
  EXPECT_EQ(all.instances[0].id, std::nullopt);
  EXPECT_EQ(all.instances[0].area, 3);
  EXPECT_EQ(all.instances[1].image_id, 6);
  EXPECT_THAT(Read("[]").instances, IsEmpty());
}

TEST_F(CocoInstancesFileTest, ResultsWithBoxesHaveTheirAreas) {
  const std::string with_box = R"({"image_id": 5, "category_id": 1, "score": 1,
    "segmentation": {"size": [2, 2], "counts": [1, 3]}, "bbox": [0, 0, 2, 2]})";
  EXPECT_EQ(Read("[" + with_box + "]").instances.at(0).area, 4);
  EXPECT_THAT(ErrorIn("[" + with_box + R"(, {"image_id": 5, "category_id": 1, "score": 1,
    "segmentation": {"size": [2, 2], "counts": [1, 3]}}])"),
              HasSubstr("annotations[1]: has no bbox, but the first one has"));
}

TEST_F(CocoInstancesFileTest, AnnotationsOfOtherImagesAreLeftOut) {
  const CocoAnnotations all = ReadChanged({{"image_id", 99}});
  EXPECT_THAT(all.instances, IsEmpty());
  EXPECT_EQ(all.without_image, 1U);
}

TEST_F(CocoInstancesFileTest, ReadsWhatGradcutWrites) {
  CocoInstances written;
  const cv::Mat mask = (cv::Mat_<std::uint8_t>(2, 3) << 0, 255, 255, 0, 255, 0);
  const InstanceMask instance = {.id = 42, .category = "dog", .mask = mask, .score = 0.5};
  written.Add("sub/a.jpg", mask.size(), std::vector{instance}, 9);
  const CocoAnnotations all = Read(written.ToJson());
  EXPECT_EQ(all.images.at(0).id, 9);
  EXPECT_EQ(all.images.at(0).file_name, "sub/a.jpg");
  EXPECT_EQ(all.categories.at(0).name, "dog");
  EXPECT_EQ(all.instances.at(0).id, 42);
  EXPECT_EQ(all.instances.at(0).area, 3);
  EXPECT_EQ(cv::norm(DecodeRuns(all.instances.at(0).mask), mask, cv::NORM_INF), 0);
}

TEST_F(CocoInstancesFileTest, BrokenEntriesAreNamed) {
  const std::vector<std::pair<Json, const char*>> broken = {
      {{{"id", nullptr}}, "annotations[0]: has no id"},
      {{{"id", "x"}}, "annotations[0]: id: expected a whole number"},
      {{{"id", 1.5}}, "annotations[0]: id: expected a whole number"},
      {{{"id", UINT64_MAX}}, "annotations[0]: id: expected a number below 2^63"},
      {{{"image_id", nullptr}}, "has no image_id"},
      {{{"category_id", nullptr}}, "has no category_id"},
      {{{"score", "good"}}, "score: expected a number"},
      {{{"area", Json::array()}}, "area: expected a number"},
      {{{"segmentation", nullptr}}, "has no segmentation"},
      {{{"segmentation", Json::array()}}, "expected a polygon at least"},
      {{{"segmentation", "x"}}, "expected polygons, or run lengths with size and counts"},
      {{{"segmentation", {1, 2, 3}}}, "expected polygons of three or more corners"},
      {{{"segmentation", {{1, 2, 3, 4}}}}, "expected polygons of three or more corners"},
      {{{"segmentation", {{1, 2, 3, 4, 5, 6, 7}}}}, "x and y of each"},
      {{{"segmentation", {{1, 2, 3, 4, 5, "6"}}}}, "expected a number"},
      {{{"segmentation", {{1, 2, 3, 4, 5, 1e300}}}}, "expected coordinates near the image"}};
  for (const auto& [changes, said] : broken)
    EXPECT_THAT(ErrorInChanged(changes),
                AllOf(HasSubstr("a.json: annotations[0]"), HasSubstr(said)))
        << changes;
}

TEST_F(CocoInstancesFileTest, BrokenRunsAreNamed) {
  const auto runs = [&](const Json& size, const Json& counts) {
    // A patch would merge the two objects.
    return ErrorIn(Json({{{"image_id", 1},
                          {"category_id", 1},
                          {"segmentation", {{"size", size}, {"counts", counts}}}}})
                       .dump());
  };
  EXPECT_THAT(runs({3, 4}, {1, 2}), HasSubstr("do not add up to the mask's size"));
  EXPECT_THAT(runs({3, 4}, {-1, 13}), HasSubstr("expected a number of pixels"));
  EXPECT_THAT(runs({3, 4}, "oo"), HasSubstr("compressed run lengths"));
  EXPECT_THAT(runs({3, 4}, true), HasSubstr("counts as a text or a list"));
  EXPECT_THAT(runs({3}, "06"), HasSubstr("with size and counts"));
  EXPECT_THAT(runs({1 << 17, 1 << 17}, "06"), HasSubstr("fewer than 2^32 pixels"));
  EXPECT_THAT(ErrorInChanged({{"segmentation", {{"size", {4, 3}}, {"counts", {12}}}}}),
              HasSubstr("its mask has 3x4 pixels, but image 1 has 4x3"));
}

TEST_F(CocoInstancesFileTest, PolygonsNeedTheSizeOfAnImage) {
  EXPECT_THAT(
      ErrorIn(R"([{"image_id": 1, "category_id": 1, "segmentation": [[0, 0, 1, 0, 1, 1]]}])"),
      HasSubstr("polygons need an image with height and width"));
}

TEST_F(CocoInstancesFileTest, IdsGivenTwiceAreRefused) {
  EXPECT_THAT(ErrorIn(R"({"images": [{"id": 1}, {"id": 1}], "annotations": []})"),
              HasSubstr("images[1]: id 1 is given twice"));
  EXPECT_THAT(ErrorIn(R"({"categories": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]})"),
              HasSubstr("categories[1]: id 1 is given twice"));
  const std::string one =
      R"({"id": 3, "image_id": 1, "category_id": 1, "segmentation": {"size": [1, 1], "counts": [1]}})";
  EXPECT_THAT(ErrorIn("[" + one + "," + one + "]"),
              HasSubstr("annotations[1]: id 3 is given twice in image 1"));
}

TEST_F(CocoInstancesFileTest, OtherFilesAreRefused) {
  for (const char* const text :
       {"", "{", "[", "{\"images\": [", "\x80", "nothing", "[1e999]", "{\"a\": \"\xff\"}"})
    EXPECT_THAT(ErrorIn(text), AllOf(HasSubstr("a.json: is no JSON: "), Not(HasSubstr("\n"))));
  for (const char* const text : {"1", "null", "\"x\""})
    EXPECT_THAT(ErrorIn(text), HasSubstr("holds no COCO data set, nor a list of results"));
  EXPECT_THAT(ErrorIn("{}"), HasSubstr("has no images"));
  EXPECT_THAT(ErrorIn(R"({"images": []})"), HasSubstr("has no annotations"));
  EXPECT_THAT(ErrorIn(R"({"images": {}})"), HasSubstr("images: expected a list"));
  EXPECT_THAT(ErrorIn(R"({"images": 1})"), HasSubstr("images: expected a list"));
  EXPECT_THAT(ErrorIn(R"({"images": [[]]})"), HasSubstr("images[0]: expected an object"));
  EXPECT_THAT(ErrorIn(R"({"images": [], "images": []})"), HasSubstr("has images twice"));
  EXPECT_THAT(ErrorIn("[[]]"), HasSubstr("annotations[0]: expected an object"));
  EXPECT_THAT(ErrorIn("[3]"), HasSubstr("annotations[0]: expected an object"));
  EXPECT_THAT(ErrorOf([&] { ReadCocoInstances(folder_ / "none.json"); }), HasSubstr("none.json: "));
  EXPECT_THAT(ErrorIn(std::string(100'000, '[')), HasSubstr("expected an object"));
}

// Bytes that are replaced or missing leave a file that is read or refused, in words.
TEST_F(CocoInstancesFileTest, DamagedFilesAreReadOrRefused) {
  std::ifstream stream(fs::path(GRADCUT_TEST_DATA) / "instances/truth.json");
  const std::string whole(std::istreambuf_iterator<char>(stream), {});
  std::mt19937 random(3);
  const std::string bytes = "0123456789[]{},:\"-e. x";
  for (int round = 0; round < 300; ++round) {
    std::string text = whole;
    for (int i = 0; i < 3; ++i) text[random() % text.size()] = bytes[random() % bytes.size()];
    if (round % 10 == 0) text.resize(random() % text.size());
    const std::string error = ErrorIn(text);
    EXPECT_THAT(error, AnyOf("no error", HasSubstr("a.json: ")));
  }
}

}  // namespace
}  // namespace gradcut
