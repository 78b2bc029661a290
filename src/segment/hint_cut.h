#pragma once

#include "gradcut/priors/hint_evidence.h"
#include "gradcut/saliency/saliency.h"
#include "gradcut/segment/segmenter_options.h"
#include "segment/cutter.h"
#include "segment/drawn.h"
#include "segment/location_cut.h"

#include <map>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

// An image, or the surroundings of a box in one, that is cut with hints again and again: keeps
// contrast weights, flows and how far each stroke reaches.
class HintCut {
 public:
  // `location` is the image's location prior, of any size; `looks` are what it was made of.
  HintCut(const cv::Mat& image, const cv::Mat& location, const std::vector<Saliency>& looks,
          const SegmenterOptions& options);
  HintCut(const HintCut&) = delete;  // The cutter refers to the options.
  HintCut& operator=(const HintCut&) = delete;

  // The cut by the location prior and what was drawn.
  Cutter::Result Cut(const Drawn& drawn);

  // The same for the object that fills `box`: nothing outside is object, and the threshold falls
  // until the mask comes close to each of the box's sides. Where the prior shows nothing, its
  // middle: `seen` is then false.
  struct InBox {
    Cutter::Result cut;
    bool seen = true;
  };
  InBox CutIn(const cv::Rect2d& box, const Drawn& drawn);

  // How little the cut hangs on the threshold; see `Segmentation::confidence`.
  double Confidence(const Cutter::Result& cut);

 private:
  Told Tell(const Drawn& drawn);
  HintEvidence EvidenceOf(const HintStroke& stroke);

  SegmenterOptions options_;
  cv::Size image_, working_;
  cv::Mat location_;
  Cutter cutter_;
  HintSpread spread_;
  std::map<std::string, HintEvidence> known_;  // By the stroke's points, at the size of the cut.
};

}  // namespace gradcut
