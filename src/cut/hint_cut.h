#pragma once

#include "cut/cutter.h"
#include "cut/drawn.h"
#include "cut/location_cut.h"
#include "gradcut/core/saliency.h"
#include "gradcut/cut/cut_options.h"
#include "gradcut/priors/hint_evidence.h"

#include <map>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

// An image, or the surroundings of a box in one, that is cut with hints again and again: keeps
// contrast weights, flows, how far each stroke reaches, and what the strokes of the last cut
// corrected, to which the next one only adds.
class HintCut {
 public:
  // `location` is the image's location prior, of any size; `looks` are what it was made of.
  HintCut(const cv::Mat& image, const cv::Mat& location, const std::vector<Saliency>& looks,
          const CutOptions& options);
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
  cv::Mat CertainOf(const Drawn& drawn) const;  // A trimap, or nothing.
  HintEvidence EvidenceOf(const HintStroke& stroke);
  std::vector<HintEvidence> EvidenceOf(const Drawn& drawn);
  // The location prior's log odds, corrected.
  cv::Mat LogOddsBy(const Drawn& drawn);

  CutOptions options_;
  cv::Size image_, working_;
  cv::Mat location_;
  Priors priors_;  // By it, without hints.
  Cutter cutter_;
  HintSpread spread_;
  std::map<std::string, cv::Mat> known_;   // Weights by the stroke's points, at the spread's size.
  std::vector<std::string> corrected_by_;  // The strokes of the last cut,
  HintCorrection correction_;              // and what they corrected.
};

}  // namespace gradcut
