#pragma once

#include "gradcut/core/sweep.h"
#include "gradcut/metrics/tuning.h"
#include "gradcut/recipe/recipe.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

inline constexpr char kTableFile[] = "points.csv", kBestFile[] = "best.toml";

/// What a sweep tries.
struct TunePlan {
  std::vector<std::string> keys;
  std::vector<SweepPoint> points;  ///< In the order of the table.
  std::vector<bool> candidates;    ///< Whether the point is one of the sweep.
  std::size_t given = 0;           ///< The point that is the recipe as given.
  std::size_t left_out = 0;        ///< Points whose options contradict each other.
};

/// The recipe with the options of a point.
Recipe RecipeAt(const TunePlan& plan, std::size_t point, Recipe recipe);

/// Chooses a point by the scores of all images and writes table and chosen recipe into the folder.
TuningTable WriteTuning(const TunePlan& plan, std::span<const TunedImage> images,
                        const Recipe& recipe, const std::filesystem::path& folder);

}  // namespace gradcut
