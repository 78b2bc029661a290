#include "gradcut/dataset/hint_lines.h"

#include "gradcut/dataset/hint_files.h"
#include "gradcut/storage/file.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <stdexcept>
#include <vector>

namespace gradcut {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const cv::Size kSize(40, 30);

Hints ReadBack(const std::string& path, const std::string& lines) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "hints.jsonl", lines);
  return HintFiles(std::vector{folder / "hints.jsonl"}).Find({path, path}, kSize);
}

void ExpectSame(const Hints& a, const Hints& b) {
  ASSERT_EQ(a.boxes.size(), b.boxes.size());
  for (std::size_t i = 0; i < a.boxes.size(); ++i) {
    EXPECT_EQ(a.boxes[i].id, b.boxes[i].id);
    EXPECT_EQ(a.boxes[i].box, b.boxes[i].box);
    EXPECT_EQ(a.boxes[i].class_name, b.boxes[i].class_name);
  }
  ASSERT_EQ(a.strokes.size(), b.strokes.size());
  for (std::size_t i = 0; i < a.strokes.size(); ++i) {
    EXPECT_EQ(a.strokes[i].points, b.strokes[i].points);
    EXPECT_EQ(a.strokes[i].radius, b.strokes[i].radius);
    EXPECT_EQ(a.strokes[i].object, b.strokes[i].object);
    EXPECT_EQ(a.strokes[i].class_name, b.strokes[i].class_name);
    EXPECT_EQ(a.strokes[i].box, b.strokes[i].box);
  }
}

TEST(HintLinesTest, WhatIsWrittenIsReadBack) {
  const Hints hints = {.boxes = {{.id = 7, .box = {1.1, 2, 20, 20}, .class_name = "hot dog"},
                                 {.id = 0, .box = {0, 0, 40, 30}}},
                       .strokes = {{.points = {{5, 6}}, .class_name = "hot dog", .box = 7},
                                   {.points = {{30, 6}}, .object = false},
                                   {.points = {{5, 6}, {0.1, 29.7}}, .radius = 2.5, .box = 7},
                                   {.points = {{8, 8}}, .object = false},
                                   {.points = {{9, 9}}, .radius = 3}}};
  const std::string line = HintsToJsonLine("sub/\"a\"\n.jpg", hints);
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  ExpectSame(ReadBack("sub/\"a\"\n.jpg", line + "\n"), hints);
  ExpectSame(ReadBack("caf\xe9.jpg", HintsToJsonLine("caf\xe9.jpg", hints)), hints);
}

TEST(HintLinesTest, APointIsWrittenAsOneUnlessSomethingItMayCrossComesBefore) {
  const HintStroke point = {.points = {{5, 6}}}, line = {.points = {{5, 6}, {9, 9}}};
  EXPECT_EQ(HintsToJsonLine("a", {.strokes = {point}}),
            R"({"path":"a","points":[{"object":true,"x":5.0,"y":6.0}]})");
  EXPECT_EQ(HintsToJsonLine("a", {.strokes = {line, point}}),
            R"({"path":"a","strokes":[{"object":true,"points":[[5.0,6.0],[9.0,9.0]],"radius":0.0},)"
            R"({"object":true,"points":[[5.0,6.0]],"radius":0.0}]})");
}

TEST(HintLinesTest, NoHintsAreALineToo) {
  EXPECT_EQ(HintsToJsonLine("a.jpg", {}), R"({"path":"a.jpg"})");
}

TEST(HintLinesTest, MapsAreNoLines) {
  EXPECT_THROW(HintsToJsonLine("a", {.trimap = cv::Mat::zeros(2, 2, CV_8UC1)}),
               std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
