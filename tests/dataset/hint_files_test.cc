#include "gradcut/dataset/hint_files.h"

#include "gradcut/core/image.h"
#include "gradcut/dataset/hint_lines.h"
#include "gradcut/image/image_io.h"
#include "gradcut/image/turned_map.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const cv::Size kSize(40, 30);
const fs::path kImages = fs::path(GRADCUT_TEST_DATA) / "images";

class HintFilesTest : public ::testing::Test {
 protected:
  fs::path Write(const fs::path& name, std::string_view text) {
    WriteFileAtomically(folder_ / name, text);
    return folder_ / name;
  }
  fs::path WritePng(const fs::path& name, const cv::Mat& pixels) {
    WriteFileAtomically(folder_ / name, EncodePng(pixels));
    return folder_ / name;
  }

  // A photo, which need not exist.
  Input Photo(const fs::path& relative) const { return {folder_ / "photos" / relative, relative}; }
  std::vector<Input> Photos(std::initializer_list<const char*> relative) const {
    std::vector<Input> photos;
    for (const char* each : relative) photos.push_back(Photo(each));
    return photos;
  }

  static HintFiles Read(const fs::path& path, std::span<const Input> photos = {},
                        HintImages images = HintImages::kTrimap) {
    return HintFiles(std::vector{path}, images, photos);
  }
  Hints Found(const fs::path& path, const fs::path& photo, cv::Size size = kSize) const {
    return Read(path).Find(Photo(photo), size);
  }
  // Of reading a file and of finding the hints of a.jpg in it.
  std::string ErrorIn(const fs::path& path, HintImages images = HintImages::kTrimap) const {
    return ErrorOf([&] { Read(path, {}, images).Find(Photo("a.jpg"), kSize); });
  }

  TemporaryFolder folder_;
};

// "ID CLASS X Y WIDTH HEIGHT"
std::vector<std::string> BoxesIn(const Hints& hints) {
  std::vector<std::string> texts;
  for (const HintBox& box : hints.boxes)
    texts.push_back(fmt::format("{} {} {:g} {:g} {:g} {:g}", box.id, box.class_name, box.box.x,
                                box.box.y, box.box.width, box.box.height));
  return texts;
}

// ---- Lines of JSON

using JsonlHintsTest = HintFilesTest;

TEST_F(JsonlHintsTest, ALineIsWhatIsSaidOfAPhoto) {
  const Hints hints = Found(
      Write(
          "hints.jsonl",
          R"({"path": "sub/a.jpg", "boxes": [{"id": 7, "x": 1, "y": 2, "width": 10.5, "height": 20, "class": "dog"}], )"
          R"("points": [{"x": 3, "y": 4, "class": "dog"}, {"x": 30, "y": 4, "object": false}], )"
          R"("strokes": [{"points": [[5, 6], [7, 8]], "radius": 2, "box": 7}]})"
          "\n"),
      "sub/a.jpg");
  EXPECT_THAT(BoxesIn(hints), ElementsAre("7 dog 1 2 10.5 20"));
  ASSERT_EQ(hints.strokes.size(), 3U);
  EXPECT_EQ(hints.strokes[0].points, std::vector{cv::Point2d(3, 4)});
  EXPECT_EQ(hints.strokes[0].class_name, "dog");
  EXPECT_TRUE(hints.strokes[0].object);
  EXPECT_FALSE(hints.strokes[1].object);
  EXPECT_EQ(hints.strokes[2].points, (std::vector<cv::Point2d>{{5, 6}, {7, 8}}));
  EXPECT_EQ(hints.strokes[2].radius, 2);
  EXPECT_EQ(hints.strokes[2].box, 7);
}

TEST_F(JsonlHintsTest, LaterLinesAddUntilOneClears) {
  const auto box = [](int x) {
    return fmt::format(
        R"({{"path": "a.jpg", "boxes": [{{"x": {}, "y": 0, "width": 5, "height": 5}}]}})", x);
  };
  const std::string both = box(1) + "\n\n" + box(2) + "\r\n";
  EXPECT_THAT(BoxesIn(Found(Write("a.jsonl", both), "a.jpg")),
              ElementsAre("1  1 0 5 5", "2  2 0 5 5"));
  const std::string cleared = both + R"({"path": "./a.jpg", "clear": true})" + "\n";
  EXPECT_TRUE(Found(Write("b.jsonl", cleared), "a.jpg").empty());
  EXPECT_THAT(BoxesIn(Found(Write("c.jsonl", cleared + box(3)), "a.jpg")),
              ElementsAre("1  3 0 5 5"));
}

TEST_F(JsonlHintsTest, AFileWithoutLinesHasNoHints) {
  EXPECT_TRUE(Found(Write("hints.jsonl", ""), "a.jpg").empty());
}

TEST_F(JsonlHintsTest, BoxesWithoutAnIdGetThoseThatAreLeft) {
  const fs::path path = Write(
      "hints.jsonl", R"({"path": "a.jpg", "boxes": [{"x": 1, "y": 0, "width": 5, "height": 5}, )"
                     R"({"id": 2, "x": 2, "y": 0, "width": 5, "height": 5}, )"
                     R"({"x": 3, "y": 0, "width": 5, "height": 5}]})");
  EXPECT_THAT(BoxesIn(Found(path, "a.jpg")), ElementsAre("1  1 0 5 5", "2  2 0 5 5", "3  3 0 5 5"));
}

TEST_F(JsonlHintsTest, WhatIsMalformedIsNamedWithItsLine) {
  const auto error = [&](std::string_view second) {
    return ErrorIn(Write("hints.jsonl", R"({"path": "a.jpg"})"
                                        "\n" +
                                            std::string(second) + "\n"));
  };
  EXPECT_THAT(error("[]"), EndsWith("hints.jsonl:2: must be an object"));
  EXPECT_THAT(error("{\"path\": "), HasSubstr("hints.jsonl:2: is not JSON: "));
  EXPECT_THAT(error(R"({"boxes": []})"), EndsWith(":2: has no 'path', expected that of an image"));
  EXPECT_THAT(error(R"({"path": "a.jpg", "boxs": []})"),
              EndsWith(":2: has an unknown part 'boxs'"));
  EXPECT_THAT(error(R"({"path": "a.jpg", "boxes": [{"x": 1, "label": "dog"}]})"),
              EndsWith(":2: boxes[0]: has an unknown part 'label'"));
  EXPECT_THAT(error(R"({"path": "a.jpg", "boxes": [{"x": 1, "y": 1, "width": 1}]})"),
              EndsWith(":2: boxes[0]: 'height' is missing, expected a number"));
  EXPECT_THAT(error(R"({"path": "a.jpg", "points": [{"x": "1", "y": 1}]})"),
              EndsWith(":2: points[0]: 'x' must be a number"));
  EXPECT_THAT(error(R"({"path": "a.jpg", "strokes": [{"points": [[1, 2], [3]]}]})"),
              EndsWith(":2: strokes[0]: 'points' must be a list of [x, y]"));
  EXPECT_THAT(error(R"({"path": "a.jpg", "boxes": 7})"), EndsWith(":2: 'boxes' must be a list"));
  EXPECT_THAT(error(R"({"path": "a.jpg", "boxes": [{"id": -1}]})"),
              EndsWith("'id' must be a whole number from 0"));
  EXPECT_THAT(error(R"({"path": "a.jpg", "points": [{"x": NaN, "y": 1}]})"),
              HasSubstr(":2: is not JSON: "));
  EXPECT_THAT(error(R"({"path": "a.jpg", "points": [{"x": 1e999, "y": 1}]})"),
              HasSubstr(":2: is not JSON: number overflow"));
  EXPECT_THAT(error(std::string(1000000, '[')), HasSubstr(":2: is not JSON: "));
}

TEST_F(JsonlHintsTest, WhatAStoppedWriterLeavesIsSaidToBeThat) {
  const fs::path path = Write("hints.jsonl", R"({"path": "a.jpg"})"
                                             "\n"
                                             R"({"path": "b.jp)");
  EXPECT_THAT(ErrorIn(path), HasSubstr("hints.jsonl:2: the last line is unfinished"));
}

TEST_F(JsonlHintsTest, WhatCannotBeMeantInThePhotoIsNamedWithItsLine) {
  const fs::path path = Write("hints.jsonl",
                              "\n"
                              R"({"path": "a.jpg", "points": [{"x": 41, "y": 1}]})");
  EXPECT_THAT(ErrorIn(path), HasSubstr("hints.jsonl:2: the point (41, 1) lies outside"));
}

TEST_F(JsonlHintsTest, TheSizeMayBeSaid) {
  const auto sized = [&](std::string_view size) {
    return Write("hints.jsonl",
                 fmt::format(R"({{"path": "a.jpg", {}, "points": [{{"x": 1, "y": 1}}]}})", size));
  };
  EXPECT_EQ(ErrorIn(sized(R"("width": 40, "height": 30)")), "no error");
  EXPECT_THAT(ErrorIn(sized(R"("width": 640, "height": 480)")),
              EndsWith("hints.jsonl:1: is for a 640x480 image, the photo has 40x30"));
}

TEST_F(JsonlHintsTest, BytesThatAreNoUtf8AreMatchedAsTheyAreWritten) {
  Hints hints;
  hints.strokes = {{.points = {{1, 1}}}};
  std::string lines;
  for (const char* const name : {"caf\xe8.jpg", "caf\xe9.jpg"}) {
    lines += HintsToJsonLine(name, hints) + "\n";
    hints.strokes.push_back({.points = {{2, 2}}});
  }
  const fs::path path = Write("hints.jsonl", lines);
  EXPECT_EQ(Found(path, "caf\xe8.jpg").strokes.size(), 1U);
  EXPECT_EQ(Found(path, "caf\xe9.jpg").strokes.size(), 2U);
}

TEST_F(JsonlHintsTest, BytesThatAreNoUtf8AreMatchedAsWritersReplaceThem) {
  const fs::path path =
      Write("hints.jsonl",
            "{\"path\": \"caf\xef\xbf\xbd.jpg\", \"points\": [{\"x\": 1, \"y\": "
            "1}]}\n{\"path\": \"Mu\u0308.jpg\", \"points\": [{\"x\": 1, \"y\": 1}]}");
  EXPECT_FALSE(Found(path, "caf\xe9.jpg").empty());
  EXPECT_FALSE(Found(path, "M\u00fc.jpg").empty()) << "accents may be stored in either way";
}

// ---- COCO

class CocoHintsTest : public HintFilesTest {
 protected:
  fs::path WriteCoco(std::string_view annotations) {
    return Write(
        "coco.json",
        fmt::format(
            R"({{"info": {{"year": [2024]}}, "images": [{{"id": 5, "file_name": "a.jpg", "width": 40, "height": 30}}, )"
            R"({{"id": 6, "file_name": "b.jpg"}}], "annotations": [{}], )"
            R"("categories": [{{"id": 3, "name": "dog", "supercategory": "animal"}}]}})",
            annotations));
  }
};

TEST_F(CocoHintsTest, AnnotationsAreBoxesWithTheirIds) {
  const fs::path path = WriteCoco(
      R"({"id": 70, "image_id": 5, "bbox": [1, 2, 10.5, 20], "category_id": 3, "iscrowd": 0, )"
      R"("segmentation": [[1, 2, 11, 2, 11, 22]], "attributes": {"name": {"id": []}}}, )"
      R"({"id": 71, "image_id": 5, "bbox": [0, 0, 40, 30], "category_id": 3, "iscrowd": 1, )"
      R"("segmentation": {"counts": [1, 2], "size": [30, 40]}}, )"
      R"({"image_id": 6, "bbox": [3, 3, 3, 3]})");
  EXPECT_THAT(BoxesIn(Found(path, "a.jpg")), ElementsAre("70 dog 1 2 10.5 20"));
  EXPECT_THAT(BoxesIn(Found(path, "b.jpg")), ElementsAre("1  3 3 3 3"));
}

TEST_F(CocoHintsTest, PartsMayComeInAnyOrder) {
  const fs::path path =
      Write("coco.json",
            R"({"annotations": [{"id": 1, "image_id": 5.0, "bbox": [1, 2, 3, 4], "category_id": 3}],
                "categories": [{"id": 3, "name": "dog"}], "images": [{"id": 5, "file_name": "a.jpg"}]})");
  EXPECT_THAT(BoxesIn(Found(path, "a.jpg")), ElementsAre("1 dog 1 2 3 4"));
}

TEST_F(CocoHintsTest, AnUnknownCategoryConcernsItsImageAlone) {
  const HintFiles files =
      Read(WriteCoco(R"({"image_id": 5, "bbox": [1, 2, 3, 4], "category_id": 99}, )"
                     R"({"image_id": 6, "bbox": [1, 2, 3, 4], "category_id": 3})"));
  EXPECT_THAT(ErrorOf([&] { files.Find(Photo("a.jpg"), kSize); }),
              EndsWith("coco.json: annotations[0]: is of category 99, which the file lacks"));
  EXPECT_EQ(files.Find(Photo("b.jpg"), kSize).boxes.size(), 1U);
}

TEST_F(CocoHintsTest, AnAnnotationWithoutABoxConcernsItsImageAlone) {
  for (const char* const box : {R"(, "bbox": null)", R"(, "bbox": [])", ""}) {
    const HintFiles files = Read(WriteCoco(fmt::format(
        R"({{"image_id": 5{}}}, {})", box, R"({"image_id": 6, "bbox": [1, 2, 3, 4]})")));
    EXPECT_THAT(ErrorOf([&] { files.Find(Photo("a.jpg"), kSize); }),
                EndsWith("coco.json: annotations[0]: 'bbox' must be [x, y, width, height]"));
    EXPECT_EQ(files.Find(Photo("b.jpg"), kSize).boxes.size(), 1U);
  }
}

TEST_F(CocoHintsTest, CrowdsAreCounted) {
  const fs::path path = WriteCoco(R"({"image_id": 5, "bbox": [1, 2, 3, 4], "iscrowd": 1})");
  EXPECT_THAT(
      Read(path).Warnings(),
      ElementsAre(EndsWith("coco.json: 1 annotations of crowds (\"iscrowd\": 1) are left out")));
}

TEST_F(CocoHintsTest, WhatIsMalformedIsNamedWithItsPlace) {
  const auto error = [&](std::string_view annotations) { return ErrorIn(WriteCoco(annotations)); };
  EXPECT_THAT(error(R"({"image_id": 5, "bbox": [1, 2, 3, 4]}, {"image_id": 5, "bbox": []})"),
              EndsWith("coco.json: annotations[1]: 'bbox' must be [x, y, width, height]"));
  EXPECT_THAT(error(R"({"image_id": 5, "bbox": [1, 2, 3, "4"]})"), HasSubstr("'bbox' must be"));
  EXPECT_THAT(error(R"({"image_id": 9, "bbox": [1, 2, 3, 4]})"),
              EndsWith("annotations[0]: is of image 9, which the file lacks"));
  EXPECT_THAT(error(R"({"image_id": "5", "bbox": [1, 2, 3, 4]})"),
              EndsWith("annotations[0]: 'image_id' must be a whole number from 0"));
  EXPECT_THAT(error(R"({"bbox": [1, 2, 3, 4]})"), EndsWith("annotations[0]: has no 'image_id'"));
  std::string objects = "{}";
  for (int i = 0; i < 300000; ++i) objects += ",{}";
  EXPECT_THAT(error(R"({"image_id": 5, "bbox": [)" + objects + "]}"), HasSubstr("'bbox' must be"));
  EXPECT_THAT(error("7"), EndsWith("annotations[0]: must be an object"));
  EXPECT_THAT(error("[{}]"), EndsWith("annotations[0]: must be an object"));
  EXPECT_THAT(error(R"({"id": 1, "image_id": 5, "bbox": [1, 2, 1e999, 4]})"),
              HasSubstr("coco.json: is not JSON: number overflow"));
  EXPECT_THAT(error(R"({"id": 4, "image_id": 5, "bbox": [1, 2, 0, 4]})"),
              EndsWith("coco.json: box 4: 0x4 at (1, 2) has no area"));
}

TEST_F(CocoHintsTest, OtherFilesOfJsonAreRefused) {
  const auto error = [&](std::string_view text) { return ErrorIn(Write("coco.json", text)); };
  EXPECT_THAT(error(R"([{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 1}])"),
              AllOf(HasSubstr("coco.json: is a list, as of a detector's results"),
                    HasSubstr("beside the \"images\"")));
  EXPECT_THAT(error(R"({"version": "5.0.1", "shapes": []})"),
              HasSubstr("coco.json: lacks 'images' or 'annotations'"));
  EXPECT_THAT(error(R"({"images": {}, "annotations": []})"), EndsWith("'images' must be a list"));
  EXPECT_THAT(error(R"({"images": 1, "annotations": []})"), EndsWith("'images' must be a list"));
  EXPECT_THAT(error("7"), EndsWith("coco.json: must be an object"));
  EXPECT_THAT(error(""), HasSubstr("coco.json: is not JSON: "));
  EXPECT_THAT(error(std::string(1000000, '[')), HasSubstr("coco.json: is a list"));
  EXPECT_THAT(error(R"({"info": )" + std::string(1000000, '[')), HasSubstr("is not JSON"));
  EXPECT_THAT(error(R"({"images": [{"id": 1, "file_name": "a.jpg"}, {"id": 1, "file_name": "b"}],
                        "annotations": []})"),
              EndsWith("images[1]: another image has this id"));
  EXPECT_THAT(
      error(R"({"images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "a.jpg"}],
                        "annotations": []})"),
      EndsWith("coco.json: names 'a.jpg' twice"));
}

// ---- Names in .jsonl and .json

class HintNamesTest : public HintFilesTest {
 protected:
  // Each name's point lies in its own column, from 0 on.
  HintFiles Named(std::initializer_list<const char*> names, std::span<const Input> photos = {}) {
    std::string lines;
    for (int column = 0; const char* const name : names)
      lines += fmt::format("{{\"path\": \"{}\", \"points\": [{{\"x\": {}, \"y\": 0}}]}}\n", name,
                           column++);
    return Read(Write("hints.jsonl", lines), photos);
  }
  // The number of the name that a photo has; -1 if none.
  int NumberOf(const HintFiles& files, const char* photo) const {
    const Hints hints = files.Find(Photo(photo), kSize);
    return hints.empty() ? -1 : static_cast<int>(hints.strokes.at(0).points.at(0).x);
  }
};

TEST_F(HintNamesTest, ThePathDecidesFirst) {
  const HintFiles files = Named({"x/a.jpg", "a.jpg", "y/a.jpg"});
  EXPECT_EQ(NumberOf(files, "a.jpg"), 1);
  EXPECT_EQ(NumberOf(files, "x/a.jpg"), 0);
  EXPECT_EQ(NumberOf(files, "b.jpg"), -1);
}

TEST_F(HintNamesTest, ThenWhatIsSharedOfIt) {
  const HintFiles files =
      Named({"/data/x/a.jpg", "data\\\\y\\\\a.jpg", "b.jpg", "x/c.png", "y/c.png", "d"});
  EXPECT_EQ(NumberOf(files, "x/a.jpg"), 0);
  EXPECT_EQ(NumberOf(files, "y/a.jpg"), 1);
  EXPECT_EQ(NumberOf(files, "z/b.jpg"), 2);
  EXPECT_EQ(NumberOf(files, "y/c.jpg"), 4) << "the extension matters last";
  EXPECT_EQ(NumberOf(files, "z/d.jpg"), 5);
}

TEST_F(HintNamesTest, NamesMayHaveAnyNumberOfFolders) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "x/";
  deep += "a.jpg";
  EXPECT_EQ(NumberOf(Named({deep.c_str()}), "y/a.jpg"), 0);
}

TEST_F(HintNamesTest, TwoNamesThatFitAlikeAreBothNamed) {
  const HintFiles files = Named({"x/a.jpg", "y/a.jpg"});
  EXPECT_THAT(ErrorOf([&] { files.Find(Photo("a.jpg"), kSize); }),
              AllOf(HasSubstr("hints.jsonl: 'x/a.jpg' and 'y/a.jpg' may both mean "),
                    EndsWith("photos/a.jpg: write its path")));
}

TEST_F(HintNamesTest, ANameBelongsToThePhotoThatSharesMost) {
  const std::vector<Input> photos =
      Photos({"x/a.jpg", "y/a.jpg", "p/x/b.jpg", "y/b.jpg", "x/c.jpg", "y/c.jpg"});
  const HintFiles files = Named({"x/a.jpg", "x/b.jpg", "c.jpg"}, photos);
  EXPECT_EQ(NumberOf(files, "x/a.jpg"), 0);
  EXPECT_EQ(NumberOf(files, "y/a.jpg"), -1) << "it is that of x/a.jpg";
  EXPECT_EQ(NumberOf(files, "p/x/b.jpg"), 1);
  EXPECT_EQ(NumberOf(files, "y/b.jpg"), -1);
  for (const char* photo : {"x/c.jpg", "y/c.jpg"})
    EXPECT_THAT(ErrorOf([&] { files.Find(Photo(photo), kSize); }),
                AllOf(HasSubstr("hints.jsonl: 'c.jpg' may mean "), HasSubstr("photos/x/c.jpg or "),
                      EndsWith("photos/y/c.jpg: write its path")));
}

TEST_F(HintNamesTest, APathCountsMoreThanAPlaceInTheOutput) {
  const std::vector<Input> photos = {{"in/a.jpg", "in/b.jpg"}, {"in/b.jpg", "c.jpg"}};
  const HintFiles files = Named({"in/b.jpg", "in/a.jpg"}, photos);
  EXPECT_EQ(files.Find(photos[0], kSize).strokes.at(0).points.at(0).x, 1);
  EXPECT_EQ(files.Find(photos[1], kSize).strokes.at(0).points.at(0).x, 0);
  EXPECT_EQ(Named({"c.jpg"}, photos).Find(photos[1], kSize).strokes.size(), 1U);
}

TEST_F(HintNamesTest, AFolderOfOtherPhotosIsNoOther) {
  const std::vector<Input> photos = Photos({"dogs/1.jpg", "cats/2.jpg"});
  const HintFiles files = Named({"cats/1.jpg", "val/2.jpg"}, photos);
  EXPECT_EQ(NumberOf(files, "dogs/1.jpg"), -1);
  EXPECT_EQ(NumberOf(files, "cats/2.jpg"), 1);
  EXPECT_THAT(files.Warnings(),
              ElementsAre(EndsWith("hints.jsonl: 1 of 2 names belong to no image: 'cats/1.jpg'")));
}

TEST_F(HintNamesTest, NamesThatAreAlikeButForSlashesAndAccentsAreTwo) {
  const std::vector<Input> photos =
      Photos({"x/a.jpg", "x\\a.jpg", "\u00e9.jpg", "e\u0301.jpg", "y/b.jpg"});
  const HintFiles files =
      Named({"x\\\\a.jpg", "x/a.jpg", "e\u0301.jpg", "\u00e9.jpg", "y\\\\b.jpg"}, photos);
  EXPECT_EQ(NumberOf(files, "x/a.jpg"), 1);
  EXPECT_EQ(NumberOf(files, "x\\a.jpg"), 0);
  EXPECT_EQ(NumberOf(files, "\u00e9.jpg"), 3);
  EXPECT_EQ(NumberOf(files, "e\u0301.jpg"), 2);
  EXPECT_EQ(NumberOf(files, "y/b.jpg"), 4) << "there is no other";
}

TEST_F(HintNamesTest, PhotosThatArriveLaterAreMatchedToo) {
  const std::vector<Input> photos = Photos({"a.jpg"});
  const HintFiles files = Named({"a.jpg", "b.jpg"}, photos);
  EXPECT_EQ(NumberOf(files, "new/b.jpg"), 1);
  EXPECT_EQ(NumberOf(files, "new/a.jpg"), -1);
}

TEST_F(HintNamesTest, NamesWithoutAPhotoAreWarnedOf) {
  const std::vector<Input> photos = Photos({"a.jpg", "x/b.jpg"});
  EXPECT_THAT(Named({"a.jpg", "b.jpg"}, photos).Warnings(), IsEmpty());
  EXPECT_THAT(Named({"a.jpg", "1", "2", "3", "4"}, photos).Warnings(),
              ElementsAre(EndsWith(
                  "hints.jsonl: 4 of 5 names belong to no image: '1', '2', '3' and 1 more")));
}

// ---- VOC

class VocHintsTest : public HintFilesTest {
 protected:
  fs::path WriteVoc(std::string_view inner) {
    Write("voc/a.xml", fmt::format("<annotation>{}</annotation>", inner));
    return folder_ / "voc";
  }
  static std::string Object(std::string_view box) {
    return fmt::format("<object><name>dog</name><bndbox>{}</bndbox></object>", box);
  }
};

TEST_F(VocHintsTest, CornersArePixelsThatCountFromOne) {
  const fs::path folder = WriteVoc(
      "<folder>x</folder><size><width>40</width><height>30</height><depth>3</depth></size>"
      "<object><name> big dog </name><difficult>1</difficult>"
      "<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax>"
      "</bndbox></part>"
      "<bndbox><xmax>40</xmax><xmin>2</xmin><ymin>3</ymin><ymax>30</ymax></bndbox></object>"
      "<object><name>cat</name><bndbox><xmin>1.5</xmin><ymin>1</ymin><xmax>1.5</xmax>"
      "<ymax>2e0</ymax></bndbox></object>");
  EXPECT_THAT(BoxesIn(Found(folder, "a.jpg")),
              ElementsAre("1 big dog 1 2 39 28", "2 cat 0.5 0 1 2"));
  EXPECT_TRUE(Found(folder, "b.jpg").empty());
}

TEST_F(VocHintsTest, ASizeOfZeroIsNone) {
  EXPECT_TRUE(Found(WriteVoc("<size><width>0</width><height>0</height></size>"), "a.jpg").empty());
}

TEST_F(VocHintsTest, WhatIsMalformedIsNamed) {
  const auto error = [&](std::string_view inner) { return ErrorIn(WriteVoc(inner)); };
  EXPECT_THAT(error("<object>"), HasSubstr("voc/a.xml: is not XML: "));
  EXPECT_THAT(error(Object("") + "<object><name>dog</name></object>"),
              EndsWith("voc/a.xml: object 1: 'xmin' must be a number"));
  EXPECT_THAT(error("<object><name>dog</name></object>"),
              EndsWith("voc/a.xml: object 1: has no 'bndbox'"));
  for (const char* const bad : {"nan", "inf", "1e999", "1,5", "0x1", "1 2"})
    EXPECT_THAT(error(Object(fmt::format("<xmin>{}</xmin>", bad))),
                EndsWith("'xmin' must be a number"))
        << bad;
  EXPECT_THAT(error(Object("<xmin>9</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax>")),
              EndsWith("voc/a.xml: box 1: -3x5 at (8, 0) has no area"));
  EXPECT_THAT(error("<size><width>640</width><height>480</height></size>"),
              EndsWith("voc/a.xml: is for a 640x480 image, the photo has 40x30"));
  EXPECT_THAT(error("<size><width>1e99</width><height>480</height></size>"),
              EndsWith("'width' must be a number of pixels"));
  Write("voc/a.xml", "");
  EXPECT_THAT(ErrorIn(folder_ / "voc"), EndsWith("voc/a.xml: is empty"));
  Write("voc/a.xml", "<html/>");
  EXPECT_THAT(ErrorIn(folder_ / "voc"), HasSubstr("voc/a.xml: has no 'annotation'"));
}

TEST_F(VocHintsTest, NeitherDepthNorEntitiesDoHarm) {
  std::string deep;
  for (int i = 0; i < 1000000; ++i) deep += "<a>";
  EXPECT_THAT(ErrorIn(WriteVoc(deep)), HasSubstr("is not XML"));
  Write("voc/a.xml",
        "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><annotation><object><name>&e;"
        "</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax></bndbox></object>"
        "</annotation>");
  EXPECT_THAT(BoxesIn(Found(folder_ / "voc", "a.jpg")), ElementsAre("1 &e; 0 0 5 5"));
}

// ---- YOLO

using YoloHintsTest = HintFilesTest;

TEST_F(YoloHintsTest, NumbersAreFractionsOfTheSides) {
  Write("labels/sub/a.txt",
        "1 0.5 0.5 0.25 0.2\n"
        "0 0.5\t0.5 1 1 0.87\r\n\n"
        "2 0.25 0.1 0.5 0.2 0.375 0.5\n"
        "2 0.25 0.1 0.5 0.2 0.375 0.5 0.99\n");
  EXPECT_THAT(BoxesIn(Found(folder_ / "labels", "sub/a.jpg")),
              ElementsAre("1  15 12 10 6", "2  0 0 40 30", "3  10 3 10 12", "4  10 3 10 12"));
}

TEST_F(YoloHintsTest, NamesAreThoseOfTheDataSet) {
  Write("data/labels/train/a.txt", "1 0.5 0.5 1 1");
  const auto name = [&] {
    return Found(folder_ / "data/labels/train", "a.jpg").boxes[0].class_name;
  };
  EXPECT_EQ(name(), "");
  for (const char* const yaml :
       {"nc: 2\nnames: ['cat', \"hot dog\"]  # two\n", "names:\n- cat\n- hot dog\n",
        "names:\n  0: cat\n  1: hot dog\ndownload: |\n  names: no\n", "names: {1: hot dog}\n",
        "\xef\xbb\xbfnames: [cat,\n  hot dog]\n"}) {
    Write("data/data.yaml", yaml);
    EXPECT_EQ(name(), "hot dog") << yaml;
  }
  Write("data/labels/classes.txt", "cat\nhot cat\n");
  EXPECT_EQ(name(), "hot cat") << "a nearer one counts";
  Write("data/labels/dataset.yaml", "names: [cat, cold dog]");
  EXPECT_EQ(name(), "cold dog");
  Write("data/labels/data.yaml", "path: elsewhere");
  EXPECT_EQ(name(), "cold dog");
}

TEST_F(YoloHintsTest, KeypointsAndTracksFollowBoxes) {
  const std::string pose = "0 0.5 0.5 0.25 0.2 0.45 0.45 2 0.55 0.55 2 0 0 0";
  Write("labels/a.txt", pose);
  EXPECT_THAT(ErrorIn(folder_ / "labels"), HasSubstr("a.txt:1: has '2', expected fractions"));
  Write("labels/data.yaml", "kpt_shape: [3, 3]\nnames: [dog]\n");
  Write("labels/a.txt", pose + "\n" + pose + " 0.9\n0 0.5 0.5 0.25 0.2\n");
  EXPECT_THAT(BoxesIn(Found(folder_ / "labels", "a.jpg")),
              ElementsAre("1 dog 15 12 10 6", "2 dog 15 12 10 6", "3 dog 15 12 10 6"));
  Write("labels/a.txt", "0 0.5 0.5 0.25 0.2 0.45 0.45 2 0.55 0.55 2");
  EXPECT_THAT(ErrorIn(folder_ / "labels"),
              EndsWith("a.txt:1: has 11 words, expected CLASS CX CY WIDTH HEIGHT and 9 numbers of "
                       "keypoints, as kpt_shape says"));
  Write("labels/data.yaml", "kpt_shape: [3, 7]\nnames: [dog]\n");
  EXPECT_THAT(ErrorIn(folder_ / "labels"), HasSubstr("data.yaml:1: 'kpt_shape' must be a list"));
  Write("tracks/a.txt", "0 0.5 0.5 0.25 0.2 0.9 1\n0 0.5 0.5 0.25 0.2 0.9 17\n");
  EXPECT_THAT(BoxesIn(Found(folder_ / "tracks", "a.jpg")),
              ElementsAre("1  15 12 10 6", "2  15 12 10 6"));
}

TEST_F(YoloHintsTest, AnEmptyFileHasNoBoxes) {
  Write("labels/a.txt", "");
  EXPECT_TRUE(Found(folder_ / "labels", "a.jpg").empty());
}

TEST_F(YoloHintsTest, WhatIsMalformedIsNamedWithItsLine) {
  const auto error = [&](std::string_view line) {
    Write("labels/a.txt", "0 0.5 0.5 1 1\n" + std::string(line));
    return ErrorIn(folder_ / "labels");
  };
  EXPECT_THAT(error("0 0.5 0.5 1"), HasSubstr("labels/a.txt:2: has 4 words, expected"));
  EXPECT_THAT(error("0 320 240 50 60"),
              EndsWith("a.txt:2: has '320', expected fractions of the image's sides"));
  EXPECT_THAT(error("0 nan 0.5 1 1"), HasSubstr("has 'nan'"));
  EXPECT_THAT(error("dog 0.5 0.5 1 1"),
              EndsWith("a.txt:2: begins with 'dog', expected the index of a class"));
  EXPECT_THAT(error("-1 0.5 0.5 1 1"), HasSubstr("begins with '-1'"));
  EXPECT_THAT(error("0 0.5 0.5 0 1"), EndsWith("labels/a.txt: box 2: 0x30 at (20, 0) has no area"));
  Write("labels/classes.txt", "cat\n");
  EXPECT_THAT(error("1 0.5 0.5 1 1"), AllOf(HasSubstr("a.txt:2: is of class 1, which"),
                                            EndsWith("classes.txt does not name")));
  EXPECT_THAT(error("1e300 0.5 0.5 1 1"), HasSubstr("does not name"));
}

TEST_F(YoloHintsTest, NamesThatCannotBeReadAreErrors) {
  Write("labels/a.txt", "0 0.5 0.5 1 1\n");
  const auto error = [&](std::string_view yaml) {
    Write("labels/data.yaml", yaml);
    return ErrorIn(folder_ / "labels");
  };
  EXPECT_THAT(error("nc: 1\nnames: [cat"),
              HasSubstr("data.yaml:3: is not YAML: did not find expected"));
  EXPECT_THAT(error("names: 7"), EndsWith("data.yaml:1: 'names' must be a list or a map"));
  EXPECT_THAT(error("names:\n- [cat]"), EndsWith("data.yaml:2: must be the name of a class"));
  EXPECT_THAT(error("names:\n  cat: 0"), EndsWith("data.yaml:2: must be the index of a class"));
  EXPECT_THAT(error("names: &a [*a]"), EndsWith("must be the name of a class"));
  for (const char open : {'[', '{'}) {
    EXPECT_THAT(error("names: " + std::string(1000000, open)), HasSubstr("must be the"));
    EXPECT_THAT(error("other: " + std::string(1000000, open)), HasSubstr("nested too deeply"));
  }
  std::string anchors = "names: [";
  for (int i = 0; i < 100000; ++i) anchors += fmt::format("&a{} x, ", i);
  EXPECT_EQ(error(anchors + "]"), "no error");
}

// ---- Maps

class HintMapsTest : public HintFilesTest {
 protected:
  const cv::Mat grey_ = (cv::Mat_<std::uint8_t>(2, 3) << 0, 255, 254, 128, 1, 255);
};

TEST_F(HintMapsTest, ATrimapIsBlackAndWhiteAndTheRestUnknown) {
  WritePng("maps/a.png", grey_);
  const Hints hints = Found(folder_ / "maps", "a.jpg", {3, 2});
  const cv::Mat expected = (cv::Mat_<std::uint8_t>(2, 3) << 0, 255, 128, 128, 128, 255);
  EXPECT_EQ(cv::norm(hints.trimap, expected, cv::NORM_INF), 0);
  EXPECT_TRUE(hints.labels.empty());
}

TEST_F(HintMapsTest, ClassIndicesAreTakenAsTheyAre) {
  const cv::Mat indices = (cv::Mat_<std::uint8_t>(2, 3) << 0, 255, 20, 1, 1, 255);
  WriteFileAtomically(folder_ / "maps/a.png", EncodeIndexedPng(indices, VocPalette()));
  const Hints hints =
      Read(folder_ / "maps", {}, HintImages::kClassIndices).Find(Photo("a.jpg"), {3, 2});
  EXPECT_EQ(cv::norm(hints.labels, indices, cv::NORM_INF), 0);
  EXPECT_TRUE(hints.trimap.empty());
}

TEST_F(HintMapsTest, OtherPicturesAreRefused) {
  const cv::Mat indices = (cv::Mat_<std::uint8_t>(1, 2) << 0, 5);
  WriteFileAtomically(folder_ / "maps/a.png", EncodeIndexedPng(indices, VocPalette()));
  EXPECT_THAT(ErrorIn(folder_ / "maps"), HasSubstr("maps/a.png: has colours"));
  WritePng("maps/a.png", cv::Mat(30, 40, CV_8UC4, cv::Scalar(0, 0, 0, 0)));
  EXPECT_THAT(ErrorIn(folder_ / "maps"), HasSubstr("transparent pixels"));
  EXPECT_THAT(ErrorIn(folder_ / "maps", HintImages::kClassIndices), HasSubstr("is a cut-out"));
  WritePng("maps/a.png", grey_);
  EXPECT_THAT(ErrorIn(folder_ / "maps"),
              EndsWith("maps/a.png: is for a 3x2 image, the photo has 40x30"));
  Write("maps/a.png", "");
  EXPECT_THAT(ErrorIn(folder_ / "maps"), HasSubstr("maps/a.png"));
}

// ---- Folders

using HintFolderTest = HintFilesTest;

TEST_F(HintFolderTest, AFileOfTheStemServesWhereItIsTheOnlyOne) {
  Write("labels/x/a.txt", "0 0.5 0.5 1 1");
  Write("labels/b.txt", "0 0.5 0.5 1 1");
  const std::vector<Input> photos = Photos({"p/a.jpg", "b.jpg", "p/b.jpg"});
  const HintFiles files = Read(folder_ / "labels", photos);
  EXPECT_FALSE(files.Find(Photo("p/a.jpg"), kSize).empty());
  EXPECT_FALSE(files.Find(Photo("b.jpg"), kSize).empty());
  EXPECT_TRUE(files.Find(Photo("p/b.jpg"), kSize).empty()) << "two photos have that stem";
}

TEST_F(HintFolderTest, KindsAddUp) {
  Write("hints/a.txt", "0 0.5 0.5 1 1");
  Write("hints/a.xml",
        "<annotation><object><name>dog</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax>"
        "<ymax>5</ymax></bndbox></object></annotation>");
  WritePng("hints/a.png", cv::Mat(kSize, CV_8UC1, cv::Scalar(255)));
  const Hints hints = Found(folder_ / "hints", "a.jpg");
  EXPECT_THAT(BoxesIn(hints), ElementsAre("1 dog 0 0 5 5", "2  0 0 40 30"));
  EXPECT_FALSE(hints.trimap.empty());
}

TEST_F(HintFolderTest, APhotoIsNoHintOfItself) {
  WritePng("photos/a.png", cv::Mat(kSize, CV_8UC3, cv::Scalar(1, 2, 3)));
  Write("photos/a.txt", "0 0.5 0.5 1 1");
  EXPECT_THAT(BoxesIn(Found(folder_ / "photos", "a.png")), ElementsAre("1  0 0 40 30"));
}

TEST_F(HintFolderTest, FilesBelongToPhotosByTheEndsOfTheirPaths) {
  for (const char* const file : {"train/a", "val/a", "val/b"})
    Write(fmt::format("yolo/labels/{}.txt", file), "0 0.5 0.5 1 1");
  const std::vector<Input> photos = Photos({"train/a.jpg", "val/a.jpg", "val/b.jpg"});
  const HintFiles files = Read(folder_ / "yolo", photos);
  for (const Input& photo : photos) EXPECT_FALSE(files.Find(photo, kSize).empty()) << photo.path;
  EXPECT_THAT(files.Warnings(), IsEmpty());
  const std::vector<Input> placed = {{"h/a.jpg", "a.jpg"}, {"h/train/a.jpg", "b.jpg"}};
  const HintFiles labels = Read(folder_ / "yolo/labels", placed);
  EXPECT_TRUE(labels.Find(placed[0], kSize).empty());
  EXPECT_FALSE(labels.Find(placed[1], kSize).empty());
}

TEST_F(HintFolderTest, FilesForOtherPhotosAreWarnedOf) {
  Write("labels/a.txt", "0 0.5 0.5 1 1");
  Write("labels/classes.txt", "dog");
  EXPECT_THAT(Read(folder_ / "labels", Photos({"a.jpg", "b.jpg"})).Warnings(), IsEmpty());
  EXPECT_THAT(Read(folder_ / "labels", Photos({"b.jpg"})).Warnings(),
              ElementsAre(EndsWith("labels: 1 of 1 files belong to no image: 'a.txt'")));
  Write("labels/cats/1.txt", "0 0.5 0.5 1 1");
  const HintFiles files = Read(folder_ / "labels", Photos({"a.jpg", "dogs/1.jpg", "cats/2.jpg"}));
  EXPECT_TRUE(files.Find(Photo("dogs/1.jpg"), kSize).empty());
  EXPECT_THAT(files.Warnings(),
              ElementsAre(EndsWith("labels: 1 of 2 files belong to no image: 'cats/1.txt'")));
  fs::create_directories(folder_ / "empty");
  EXPECT_THAT(Read(folder_ / "empty", Photos({"a.jpg"})).Warnings(),
              ElementsAre(EndsWith("empty: holds no .xml, .txt or .png of hints")));
}

// ---- Photos that EXIF turns

class TurnedHintsTest : public HintFilesTest {
 protected:
  TurnedHintsTest() {
    fs::create_directories(folder_ / "photos");
    fs::copy_file(kImages / "oriented.png", folder_ / "photos/a.png");
    upright_ = ReadImage(folder_ / "photos/a.png").size();
    stored_ = {upright_.height, upright_.width};
    orientation_ = OrientationOf(ReadFile(folder_ / "photos/a.png"), "a.png");
  }

  // A map of the stored pixels in which one is white.
  cv::Mat Map() const {
    cv::Mat map(stored_, CV_8UC1, cv::Scalar(kTrimapUnknown));
    map.at<std::uint8_t>(1, 2) = kMaskForeground;
    return map;
  }
  // The same pixel in the upright image.
  cv::Rect2d Pixel() const { return cv::boundingRect(TurnUpright(Map(), orientation_) == 255); }

  cv::Size upright_, stored_;
  int orientation_ = 1;
};

TEST_F(TurnedHintsTest, BoxesAndPointsForTheStoredPixelsAreTurned) {
  const fs::path path = Write(
      "hints.jsonl",
      fmt::format(R"({{"path": "a.png", "width": {}, "height": {}, "boxes": [{{"x": 2, "y": 1, )"
                  R"("width": 1, "height": 1}}], "points": [{{"x": 2.5, "y": 1.5}}]}})",
                  stored_.width, stored_.height));
  const Hints hints = Found(path, "a.png", upright_);
  EXPECT_EQ(hints.boxes.at(0).box, Pixel());
  EXPECT_TRUE(Pixel().contains(hints.strokes.at(0).points.at(0)));
}

TEST_F(TurnedHintsTest, MapsForTheStoredPixelsAreTurned) {
  WritePng("maps/a.png", Map());
  const Hints hints = Found(folder_ / "maps", "a.png", upright_);
  EXPECT_EQ(cv::norm(hints.trimap, TurnUpright(Map(), orientation_), cv::NORM_INF), 0);
}

TEST_F(TurnedHintsTest, HintsForTheUprightPhotoAreNot) {
  const fs::path path =
      Write("hints.jsonl",
            fmt::format(
                R"({{"path": "a.png", "width": {}, "height": {}, "points": [{{"x": 2, "y": 1}}]}})",
                upright_.width, upright_.height));
  EXPECT_EQ(Found(path, "a.png", upright_).strokes.at(0).points.at(0), cv::Point2d(2, 1));
}

TEST_F(TurnedHintsTest, OtherPhotosHaveNoSidesToExchange) {
  fs::copy_file(kImages / "plain.jpg", folder_ / "photos/b.jpg");
  const cv::Size size = ReadImage(folder_ / "photos/b.jpg").size();
  WritePng("maps/b.png", cv::Mat(size.width, size.height, CV_8UC1, cv::Scalar(0)));
  EXPECT_THAT(ErrorOf([&] { Found(folder_ / "maps", "b.jpg", size); }),
              HasSubstr(fmt::format("is for a {}x{} image, the photo has {}x{}", size.height,
                                    size.width, size.width, size.height)));
}

// ---- Several paths

TEST_F(HintFilesTest, AllPathsAddUp) {
  const fs::path first =
      Write("1.jsonl",
            R"({"path": "a.jpg", "boxes": [{"id": 1, "x": 0, "y": 0, "width": 9, "height": 9}]})");
  const fs::path second =
      Write("2.jsonl", R"({"path": "a.jpg", "strokes": [{"points": [[4, 4]], "box": 1}]})");
  Write("yolo/a.txt", "0 0.5 0.5 1 1");
  WritePng("maps/a.png", cv::Mat(kSize, CV_8UC1, cv::Scalar(255)));
  cv::Mat over(kSize, CV_8UC1, cv::Scalar(128));
  over.at<std::uint8_t>(0, 0) = 0;
  WritePng("more/a.png", over);
  const HintFiles files(
      std::vector{first, second, folder_ / "yolo", folder_ / "maps", folder_ / "more"});
  const Hints hints = files.Find(Photo("a.jpg"), kSize);
  EXPECT_THAT(BoxesIn(hints), ElementsAre("1  0 0 9 9", "2  0 0 40 30"));
  EXPECT_EQ(hints.strokes.at(0).box, 1);
  EXPECT_EQ(cv::countNonZero(hints.trimap == 255), kSize.area() - 1) << "later maps count more";
  EXPECT_TRUE(files.Find(Photo("b.jpg"), kSize).empty());

  const HintFiles twice(std::vector{first, first});
  EXPECT_THAT(ErrorOf([&] { twice.Find(Photo("a.jpg"), kSize); }),
              EndsWith("1.jsonl:1: two boxes have the id 1"));
}

TEST_F(HintFilesTest, PathsOfOtherKindsAreRefused) {
  EXPECT_THAT(ErrorIn(folder_ / "none.jsonl"),
              EndsWith("none.jsonl: there is no such file or folder"));
  EXPECT_THAT(ErrorIn(Write("hints.csv", "")),
              HasSubstr("hints.csv: holds hints of no known kind"));
}

TEST_F(HintFilesTest, DigestsTellWhetherTheHintsOfAPhotoChanged) {
  Write("yolo/a.txt", "0 0.5 0.5 1 1");
  Write("yolo/empty.txt", "");
  const auto digest = [&](std::string_view lines, const char* photo) {
    return HintFiles(std::vector{Write("hints.jsonl", lines), folder_ / "yolo"})
        .Digest(Photo(photo));
  };
  constexpr const char* kPoint = R"({"path": "b.jpg", "points": [{"x": 1, "y": 1}]})";
  const std::string of_a = digest("", "a.jpg"), of_b = digest(kPoint, "b.jpg");
  EXPECT_EQ(of_a.size(), 64U);
  EXPECT_EQ(of_b.size(), 64U);
  EXPECT_EQ(digest(kPoint, "a.jpg"), of_a) << "other photos' hints do not matter";
  EXPECT_EQ(digest(R"({"path":"b.jpg","points":[{"y":1.0,"x":1}]})", "b.jpg"), of_b);
  EXPECT_NE(digest(R"({"path": "b.jpg", "points": [{"x": 1, "y": 2}]})", "b.jpg"), of_b);
  EXPECT_EQ(digest(kPoint, "c.jpg"), "");
  EXPECT_EQ(digest(kPoint, "empty.jpg"), "");
  Write("yolo/a.txt", "0 0.5 0.5 1 0.9");
  const std::string other = digest("", "a.jpg");
  EXPECT_NE(other, of_a);
  Write("yolo/classes.txt", "dog");
  EXPECT_NE(digest("", "a.jpg"), other) << "names of classes are hints";
}

TEST_F(HintFilesTest, DigestsOfWhatIsWrongDoNotThrow) {
  const HintFiles files =
      Read(Write("hints.jsonl", R"({"path": "x/a.jpg", "points": [{"x": 1, "y": 1}]})"
                                "\n"
                                R"({"path": "y/a.jpg"})"));
  EXPECT_EQ(files.Digest(Photo("a.jpg")).size(), 64U);
}

TEST_F(HintFilesTest, DigestsAreOfWhatIsSaidHoweverManyLinesItTakes) {
  const auto digest = [&](std::string_view lines) {
    return Read(Write("hints.jsonl", lines)).Digest(Photo("a.jpg"));
  };
  const std::string one = digest(
      R"({"path": "a.jpg", "points": [{"x": 1, "y": 1}], "strokes": [{"points": [[2, 2], [3, 3]]}], )"
      R"("boxes": [{"id": 4, "x": 0, "y": 0, "width": 5, "height": 5}], "fill_holes": true})");
  const std::string box =
      R"({"path": "a.jpg", "boxes": [{"id": 4, "x": 0, "y": 0, "width": 5, "height": 5}]})"
      "\n";
  const std::string point = R"({"path": "a.jpg", "points": [{"x": 1, "y": 1}]})"
                            "\n";
  const std::string stroke = R"({"path": "a.jpg", "strokes": [{"points": [[2, 2], [3, 3]]}]})"
                             "\n";
  const std::string fill = R"({"path": "a.jpg", "fill_holes": true})"
                           "\n";
  EXPECT_EQ(digest(box + point + stroke + fill), one);
  EXPECT_EQ(digest(fill + point + box + stroke), one);
  EXPECT_EQ(
      digest(stroke + R"({"path": "a.jpg", "clear": true})" + "\n" + fill + point + box + stroke),
      one);
  EXPECT_NE(digest(box + point + stroke), one) << "what is wanted of the mask counts";
  EXPECT_NE(digest(box + stroke + point + fill), one) << "the order of strokes counts";
  EXPECT_EQ(digest(box + R"({"path": "a.jpg", "clear": true})"), "");
}

TEST_F(HintFilesTest, DigestsOfHintsAreThoseOfAFileThatSaysThem) {
  const Hints hints = {.boxes = {{.id = 4, .box = {0, 0, 5, 5}, .class_name = "dog"}},
                       .strokes = {{.points = {{1, 1}}},
                                   {.points = {{2, 2}, {3, 3}}, .radius = 2.5, .object = false}},
                       .keep_largest = true};
  Write("hints.jsonl", HintsToJsonLine("a.jpg", {.strokes = hints.strokes, .keep_largest = true}) +
                           "\n" + HintsToJsonLine("a.jpg", {.boxes = hints.boxes}) + "\n");
  EXPECT_EQ(Read(folder_ / "hints.jsonl").Digest(Photo("a.jpg")), HintFiles::DigestOf(hints));
  EXPECT_EQ(HintFiles::DigestOf({}), "");
  EXPECT_NE(HintFiles::DigestOf({.fill_holes = true}), HintFiles::DigestOf({.keep_largest = true}));
}

}  // namespace
}  // namespace gradcut
