#pragma once

#include "gradcut/cut/hint_session.h"
#include "gradcut/segment/segmenter.h"

#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

/// A session that looks at the image with a segmenter: at all of it, at the surroundings of each
/// box, and for the classes that hints name.
///
///     Session session(segmenter, image);
///     session.Add(HintStroke{.points = {{120.5, 80.5}}});                 // The object is here,
///     session.Add(HintStroke{.points = {{30.5, 40.5}}, .object = false}); // this is none of it.
///     cv::Mat mask = session.Segment().mask;
class Session : public HintSession {
 public:
  /// `image` is RGB `CV_8UC3`. `classes` are what is looked for where hints name none, as for
  /// `Segmenter::Segment`, which is what a session without hints does. The segmenter must outlive
  /// the session.
  Session(const Segmenter& segmenter, const cv::Mat& image, std::vector<int> classes = {},
          ClassesOfName classes_of = {});
};

/// What hints make of an image at once; without any, `Segmenter::Segment`. Throws `Error` like
/// `CheckedHints`.
Segmentation SegmentWithHints(const Segmenter& segmenter, const cv::Mat& image, const Hints& hints,
                              const std::vector<int>& classes = {},
                              const ClassesOfName& classes_of = {});

}  // namespace gradcut
