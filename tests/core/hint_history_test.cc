#include "gradcut/core/hint_history.h"

#include <gtest/gtest.h>

namespace gradcut {
namespace {

Hints StrokesAt(std::initializer_list<double> places) {
  Hints hints;
  for (const double x : places) hints.strokes.push_back({.points = {{x, 1}}});
  return hints;
}

TEST(HintHistoryTest, BeginsWithWhatItIsGiven) {
  const HintHistory history(StrokesAt({1}));
  EXPECT_EQ(history.now().strokes, StrokesAt({1}).strokes);
  EXPECT_FALSE(history.can_undo());
  EXPECT_FALSE(history.can_redo());
  EXPECT_TRUE(HintHistory().now().empty());
}

TEST(HintHistoryTest, UndoAndRedoGoThroughTheSameHints) {
  HintHistory history;
  history.Change(StrokesAt({1}));
  history.Change(StrokesAt({1, 2}));
  EXPECT_TRUE(history.can_undo());
  EXPECT_TRUE(history.Undo());
  EXPECT_EQ(history.now().strokes, StrokesAt({1}).strokes);
  EXPECT_TRUE(history.can_redo());
  EXPECT_TRUE(history.Undo());
  EXPECT_TRUE(history.now().empty());
  EXPECT_TRUE(history.Redo());
  EXPECT_TRUE(history.Redo());
  EXPECT_EQ(history.now().strokes, StrokesAt({1, 2}).strokes);
}

TEST(HintHistoryTest, AtItsEndsNothingHappens) {
  HintHistory history(StrokesAt({1}));
  EXPECT_FALSE(history.Undo());
  EXPECT_FALSE(history.Redo());
  EXPECT_EQ(history.now().strokes, StrokesAt({1}).strokes);
}

TEST(HintHistoryTest, AChangeEndsWhatCouldBeDoneAgain) {
  HintHistory history;
  history.Change(StrokesAt({1}));
  history.Change(StrokesAt({2}));
  history.Undo();
  history.Undo();
  history.Change(StrokesAt({3}));
  EXPECT_FALSE(history.can_redo());
  EXPECT_EQ(history.now().strokes, StrokesAt({3}).strokes);
  EXPECT_TRUE(history.Undo());
  EXPECT_TRUE(history.now().empty());
}

TEST(HintHistoryTest, CopiesGoTheirOwnWays) {
  HintHistory history;
  history.Change(StrokesAt({1}));
  HintHistory copy = history;
  copy.Undo();
  copy.Change(StrokesAt({2}));
  EXPECT_EQ(history.now().strokes, StrokesAt({1}).strokes);
  EXPECT_EQ(copy.now().strokes, StrokesAt({2}).strokes);
}

}  // namespace
}  // namespace gradcut
