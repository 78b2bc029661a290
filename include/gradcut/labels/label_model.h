#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/labels/cell_net.h"
#include "gradcut/labels/label_sample.h"
#include "gradcut/learn/cell_model.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace gradcut {

/// Where a class's scores lie, over the cells of the images that show it.
struct Scale {
  double quantile = 0;   ///< Of 75 %.
  double deviation = 1;  ///< Above 0.
};

/// What a data set teaches of what one network sees. Heads and nets are there once for each fold of
/// the images: those of fold f have learned from the others.
struct NetworkModel {
  std::vector<CellModel> heads;         ///< See `LearnFromBags`; a score a class.
  std::vector<Scale> dense, instances;  ///< By class: of `LabelEvidence::dense`, and of the heads'.
  /// By class, [0, 1]: how far its heads count in place of the foreground. 1 for a class that is
  /// background to a common foreground, as furniture and plants are.
  std::vector<double> gates;
  std::vector<CellNet> nets;  ///< Scores of the background and each class; may be none.
};

/// What the images of a data set teach about each of them.
struct LabelModel {
  std::vector<NetworkModel> networks;
};

/// Folds that a model's heads and nets are learned in.
inline constexpr int kLabelFolds = 5;

/// Fewer images, with classes, teach nothing.
inline constexpr int kLeastTeachers = 2 * kLabelFolds;

/// Learns heads, scales and gates from which classes images show. A class that fewer than
/// `kLeastTeachers` images show, or all but fewer, has the gate 0. Nothing if a stop was requested.
/// Throws `Error` for fewer than `kLeastTeachers` images.
std::optional<LabelModel> LearnEvidence(const EvidenceSamples& samples, const RunControl& control);

/// The same model with nets, learned from labels: errors that are not systematic average out.
/// Nothing if a stop was requested. Throws `Error` without cells.
std::optional<LabelModel> LearnNets(const LabelSamples& samples, LabelModel model,
                                    std::uint64_t seed, const RunControl& control);

}  // namespace gradcut
