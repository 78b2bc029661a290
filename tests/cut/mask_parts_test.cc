#include "gradcut/cut/mask_parts.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

// '#' is object.
cv::Mat MaskOf(const std::vector<std::string>& rows) {
  cv::Mat mask =
      cv::Mat::zeros(static_cast<int>(rows.size()), static_cast<int>(rows[0].size()), CV_8UC1);
  for (int row = 0; row < mask.rows; ++row)
    for (int col = 0; col < mask.cols; ++col)
      if (rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(col)] == '#')
        mask.at<std::uint8_t>(row, col) = 255;
  return mask;
}

void ExpectChosen(const std::vector<std::string>& rows, const MaskOptions& options,
                  const std::vector<std::string>& expected, int neighbours = 8) {
  EXPECT_EQ(
      cv::norm(ChooseParts(MaskOf(rows), options, neighbours), MaskOf(expected), cv::NORM_INF), 0);
}

TEST(MaskPartsTest, DefaultsValidateAndChangeNothing) {
  EXPECT_NO_THROW(Validate(MaskOptions()));
  const cv::Mat mask = MaskOf({"#..#", ".##.", "...."});
  EXPECT_EQ(ChooseParts(mask, {}, 8).data, mask.data);
}

TEST(MaskPartsTest, LargestPartStaysAndCornersConnect) {
  ExpectChosen({"##...#", ".....#", "#....#", ".#....", "..#..."}, {.keep_largest = true},
               {".....#", ".....#", ".....#", "......", "......"});
  ExpectChosen({"#...##", ".#....", "..#...", "......"}, {.keep_largest = true},
               {"#.....", ".#....", "..#...", "......"});
}

// As the cut has it with graphcut.neighbours 4: what touches at a corner is another part, and a
// hole leaks through there.
TEST(MaskPartsTest, CornersConnectOnlyWhereTheyDoInTheCut) {
  const std::vector<std::string> specks = {"###...", "###...", "...#..", "....#."};
  ExpectChosen(specks, {.keep_largest = true}, specks, 8);
  ExpectChosen(specks, {.keep_largest = true}, {"###...", "###...", "......", "......"}, 4);
  ExpectChosen(specks, {.min_area = 0.1}, {"###...", "###...", "......", "......"}, 4);
  const std::vector<std::string> ring = {".#.", "#.#", ".#."};
  ExpectChosen(ring, {.fill_holes = true}, ring, 4);
  ExpectChosen({"###", "#.#", "###"}, {.fill_holes = true}, {"###", "###", "###"}, 4);
  EXPECT_THROW(ChooseParts(MaskOf(ring), {}, 6), std::invalid_argument);
}

TEST(MaskPartsTest, OfEqualPartsTheTopmostStays) {
  ExpectChosen({"....", "##..", "....", "..##"}, {.keep_largest = true},
               {"....", "##..", "....", "...."});
}

TEST(MaskPartsTest, HolesAreFilledAndBaysAreNot) {
  ExpectChosen({"####.", "#..#.", "####.", "#.#..", "#.#.."}, {.fill_holes = true},
               {"####.", "####.", "####.", "#.#..", "#.#.."});
}

// The hole's pixels touch the outside over a corner alone: object closes that gap.
TEST(MaskPartsTest, BackgroundDoesNotPassThroughCorners) {
  ExpectChosen({".#.", "#.#", ".#."}, {.fill_holes = true}, {".#.", "###", ".#."});
}

TEST(MaskPartsTest, SmallPartsGo) {
  // 20 pixels: 0.1 are two of them, and parts of exactly that many stay.
  ExpectChosen({"#.##.", ".....", "###..", "....."}, {.min_area = 0.1},
               {"..##.", ".....", "###..", "....."});
  ExpectChosen({"#.##.", ".....", "###..", "....."}, {.min_area = 1},
               {".....", ".....", ".....", "....."});
}

TEST(MaskPartsTest, HolesAreFilledBeforePartsAreCompared) {
  ExpectChosen({"###.....", "#.#.####", "###.####"}, {.fill_holes = true, .keep_largest = true},
               {"###.....", "###.....", "###....."});
}

TEST(MaskPartsTest, EmptyAndFullMasksStayWhatTheyAre) {
  const MaskOptions all = {.fill_holes = true, .keep_largest = true, .min_area = 0.5};
  ExpectChosen({"...", "..."}, all, {"...", "..."});
  ExpectChosen({"###", "###"}, all, {"###", "###"});
}

}  // namespace
}  // namespace gradcut
