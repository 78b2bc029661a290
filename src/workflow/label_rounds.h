#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/image/image_io.h"
#include "gradcut/labels/label_model.h"
#include "gradcut/labels/labeller.h"
#include "workflow/evidence_store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gradcut {

/// An image that teaches.
struct LabelTeacher {
  std::filesystem::path path;
  std::vector<int> present;  ///< Indices of the classes in it, at least one.
  int fold = 0;              ///< See `NetworkModel`.
  bool extra = false;        ///< Teaches alone: it is not labelled in the end.
};

/// A labeller that knows what `model` does; null: nothing.
using MakeLabeller = std::function<Labeller(std::shared_ptr<const LabelModel> model)>;

/// Where the models of the rounds lie, so that an interrupted run goes on with what it has learned.
struct RoundsFolder {
  std::filesystem::path folder;
  std::string origin;  ///< Models of another origin are not taken; see `WriteLabelModel`.
  bool use = true;     ///< Whether models that lie there are taken at all.
};

/// What the rounds came to.
struct Learned {
  std::shared_ptr<const LabelModel> model = nullptr;
  std::size_t failed = 0;  ///< Extra images that could not be read; of others the last round tells.
};

/// Learns from the images' classes first (`LearnEvidence`); then labels the images `rounds` - 1
/// times, and learns from some cells of these labels what the next round knows (`LearnNets`).
/// What is kept is not learned again; where images are not as they were then, a warning says so.
/// Images that can't be labelled are left out, without a word but for extra ones: the last round,
/// which writes, says so. `seed` decides which cells. No model for one round, for too few images,
/// or if a stop was requested. Throws `Error` for a model that can't be read or written.
Learned LearnInRounds(int rounds, const std::vector<LabelTeacher>& images, const MakeLabeller& make,
                      const EvidenceStore& store, const RoundsFolder& kept, std::uint64_t seed,
                      const ImageReadOptions& read, const RunControl& control);

}  // namespace gradcut
