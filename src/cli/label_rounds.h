#pragma once

#include "cli/batch.h"
#include "gradcut/labels/label_model.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace gradcut {

/// A labeller that knows what `model` does; null: nothing.
using MakeLabeller = std::function<Labeller(std::shared_ptr<const LabelModel> model)>;

/// Labels the images (by path: indices of the classes in them) `rounds` - 1 times, keeps cells of
/// them in memory, and learns from these what the next round knows. Images that can't be labelled
/// are left out without a word: the last round, which writes, says so. Null for one round, if a
/// stop was requested, or if no image could be labelled.
std::shared_ptr<const LabelModel> LearnInRounds(
    int rounds, const std::map<std::filesystem::path, std::vector<int>>& images,
    const std::vector<LabelClass>& classes, const MakeLabeller& make, const BatchFlags& flags);

}  // namespace gradcut
