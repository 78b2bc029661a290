#include "gradcut/graphcut/dimacs.h"

#include "gradcut/core/error.h"
#include "gradcut/graphcut/min_cut.h"
#include "support/grid_energies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

GridEnergy Read(const std::string& text) {
  std::istringstream in(text);
  return ReadDimacs(in, "file.max");
}

std::string RefusalOf(const std::string& text) {
  try {
    Read(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Dimacs, WritesAnArcEitherWayForEachPair) {
  GridEnergy energy = MakeGridEnergy(1, 3, 4);
  energy.constant = -7;
  energy.unary = {5, 0, -4};
  energy.pairwise[GridEnergy::kEast] = {3, 0, 0};
  std::ostringstream out;
  WriteDimacs(energy, out);
  EXPECT_EQ(out.str(),
            "c grid 1 3\nc constant -7\np max 5 4\nn 1 s\nn 2 t\n"
            "a 1 3 5\na 3 4 3\na 4 3 3\na 5 2 4\n");
}

TEST(Dimacs, ReadsWhatItWrites) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    RandomEnergyOptions options;
    options.rows = 2 + static_cast<int>(random() % 6);
    options.cols = 2 + static_cast<int>(random() % 6);
    options.neighbours = random() % 2 ? 4 : 8;
    options.weight_share = 1;
    const GridEnergy energy = RandomEnergy(options, random);
    std::ostringstream out;
    WriteDimacs(energy, out);
    const GridEnergy read = Read(out.str());
    EXPECT_EQ(read.unary, energy.unary);
    EXPECT_EQ(read.pairwise, energy.pairwise);
    EXPECT_EQ(read.constant, energy.constant);
    EXPECT_EQ(MinCut(read).flow, MinCut(energy).flow);
  }
}

TEST(Dimacs, NamesFileAndLineOfWhatItRefuses) {
  const std::string grid = "c grid 2 3\np max 8 0\n";
  EXPECT_THAT(RefusalOf("c grid 1024 1025\n"), HasSubstr("line 1: a grid of 1024 x 1025 pixels"));
  EXPECT_THAT(RefusalOf(""), HasSubstr("file.max: expected a comment 'c grid"));
  EXPECT_THAT(RefusalOf("p max 8 0\n"), HasSubstr("line 1: expected a comment"));
  EXPECT_THAT(RefusalOf("c grid 99999 99999\n"), HasSubstr("line 1: expected one grid"));
  EXPECT_THAT(RefusalOf("c grid 2 -3\n"), HasSubstr("'-3', expected a whole number"));
  EXPECT_THAT(RefusalOf(grid + "x\n"), HasSubstr("line 3: expected a line that starts with"));
  EXPECT_THAT(RefusalOf(grid + "a 3 4\n"), HasSubstr("line 3: the line is too short"));
  EXPECT_THAT(RefusalOf(grid + "a 3 9 1\n"), HasSubstr("'9', expected a whole number in [1, 8]"));
  EXPECT_THAT(RefusalOf(grid + "a 3 4 1e3\n"), HasSubstr("'1e3'"));
  EXPECT_THAT(RefusalOf(grid + "a 3 5 1\n"), HasSubstr("no neighbours"));
  EXPECT_THAT(RefusalOf(grid + "a 3 1 1\n"), HasSubstr("into the source"));
  EXPECT_THAT(RefusalOf(grid + "a 1 3 1\na 3 2 1\n"), HasSubstr("line 4: a second arc"));
  EXPECT_THAT(RefusalOf(grid + "a 3 4 5\na 4 3 6\n"), HasSubstr("same capacity either way"));
  EXPECT_THAT(RefusalOf(grid + "a 3 4 99999999\n"), HasSubstr("in [0, 16777215]"));
  EXPECT_THAT(RefusalOf("c grid 2 3\np max 9 0\n"), HasSubstr("'9'"));
  EXPECT_THAT(RefusalOf(grid + "n 1 t\n"), HasSubstr("'1'"));
}

}  // namespace
}  // namespace gradcut
