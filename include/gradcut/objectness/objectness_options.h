#pragma once

#include "gradcut/core/options.h"

#include <cstdint>

namespace gradcut {

/// How a head is learned.
struct ObjectnessOptions {
  int nets = 2;     ///< Whose logits are averaged; each learns from another share of the photos.
  int hidden = 64;  ///< Channels of the hidden layer; 0: a linear model.
  bool context = true;     ///< Each cell knows the mean of the hidden layer over the photo.
  bool filter = true;      ///< A 3x3 filter over the hidden layer.
  double overlap = 0.5;    ///< Weight of the soft IoU in the loss.
  double dropout = 0.2;    ///< Probability of a channel to be hidden while learning.
  int epochs = 8;          ///< Times that each photo is seen.
  double rate = 2e-3;      ///< The highest step of the one-cycle schedule.
  double decay = 1e-3;     ///< Of the weights (Loshchilov and Hutter 2019, AdamW).
  double confident = 0.5;  ///< Share of the photos that teach: those with the best masks.
  double share = 0.3;      ///< The head's mean probability over all cells of all photos.
  std::uint64_t seed = 0;
};

void Describe(ObjectnessOptions& options, OptionList& list);

}  // namespace gradcut
