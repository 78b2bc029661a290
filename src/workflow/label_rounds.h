#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/image/image_io.h"
#include "gradcut/labels/label_model.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gradcut {

/// A labeller that knows what `model` does; null: nothing.
using MakeLabeller = std::function<Labeller(std::shared_ptr<const LabelModel> model)>;

/// Where the models of the rounds lie, so that an interrupted run goes on with what it has learned.
struct RoundsFolder {
  std::filesystem::path folder;
  std::string origin;  ///< Models of another origin are not taken; see `WriteLabelModel`.
  bool use = true;     ///< Whether models that lie there are taken at all.
};

/// Labels the images (by path: indices of the classes in them) `rounds` - 1 times, keeps cells of
/// them in memory, and learns from these what the next round knows. Rounds whose model is kept are
/// not done again. Images that can't be labelled are left out without a word: the last round, which
/// writes, says so. `seed` decides which cells. Null for one round, if a stop was requested, or if
/// no image could be labelled. Throws `Error` for a model that can't be read or written.
std::shared_ptr<const LabelModel> LearnInRounds(
    int rounds, const std::map<std::filesystem::path, std::vector<int>>& images,
    const std::vector<LabelClass>& classes, const MakeLabeller& make, const RoundsFolder& kept,
    std::uint64_t seed, const ImageReadOptions& read, const RunControl& control);

}  // namespace gradcut
