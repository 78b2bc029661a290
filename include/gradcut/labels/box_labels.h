#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/labels/labeller.h"
#include "gradcut/segment/segmenter.h"

#include <string>
#include <vector>

namespace gradcut {

/// Labels of an image whose objects were given by the boxes of `hints`: what `Session` made of
/// them, each with the label of its class. `names` are by label, the background first. Where
/// objects of several classes overlap, the later one counts. Throws `Error` for a box without a
/// class, or of one that is none of `names`, and for a stroke of another class than the boxes that
/// it may be for.
LabelMap LabelsOfBoxes(const Hints& hints, const Segmentation& segmentation,
                       const std::vector<std::string>& names);

}  // namespace gradcut
