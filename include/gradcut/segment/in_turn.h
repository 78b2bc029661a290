#pragma once

#include "gradcut/cut/segmentation.h"
#include "gradcut/segment/segmenter.h"

#include <cstddef>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// One of several networks that segment the same images.
struct NetworkInTurn {
  std::string name;  ///< As its user calls it.
  Segmenter segmenter;
  std::vector<int> classes = {};  ///< Their indices in this network; empty: the best-scoring ones.
};

/// The mask of one of several networks.
struct SegmentedInTurn {
  Segmentation segmentation;  ///< Its `milliseconds` are those of all networks that were asked.
  std::size_t network = 0;    ///< Its index.
};

/// Segments by the first network, and by the next one as long as no mask has a confidence of 0.9.
/// Keeps the most confident mask, of equal ones the earliest. One network's mask is as
/// `Segmenter::Segment` makes it. `image` is RGB `CV_8UC3`. Throws `std::invalid_argument` for no
/// network, or for several that do not rate their masks (`CutOptions::rate`).
SegmentedInTurn SegmentInTurn(std::span<const NetworkInTurn> networks, const cv::Mat& image);

}  // namespace gradcut
