#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/segment/segmenter.h"

#include <functional>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// The indices of the classifier's classes that a name stands for; none where it knows no such
/// class: then the best-scoring ones are looked for.
using ClassesOfName = std::function<std::vector<int>(const std::string& name)>;

/// One image that is segmented again and again while hints come in. What the network saw, contrast
/// weights, flows and how far each stroke reaches are kept; results depend on the hints that there
/// are, never on how they came about. For one thread at a time.
///
///     Session session(segmenter, image);
///     session.Add(HintStroke{.points = {{120.5, 80.5}}});                 // The object is here,
///     session.Add(HintStroke{.points = {{30.5, 40.5}}, .object = false}); // this is none of it.
///     cv::Mat mask = session.Segment().mask;
class Session {
 public:
  /// `image` is RGB `CV_8UC3`. `classes` are what is looked for where hints name none, as for
  /// `Segmenter::Segment`. The segmenter must outlive the session.
  Session(const Segmenter& segmenter, const cv::Mat& image, std::vector<int> classes = {},
          ClassesOfName classes_of = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Looks at the image now instead of with the first stroke, which then takes milliseconds.
  void Prepare();

  /// Each adds to the hints; throws `Error` like `CheckedHints`, and adds nothing then.
  void Add(const HintStroke& stroke);
  void Add(const HintBox& box);
  void Clear();

  /// Takes the last change back, or does it again. Returns whether there was one.
  bool Undo();
  bool Redo();

  const Hints& hints() const;

  /// What the hints make of the image. With boxes, each is an object (`Segmentation::instances`)
  /// and the mask is all of them; without any hints, as `Segmenter::Segment` has it.
  Segmentation Segment();

  /// The same for other hints than those of the session. Throws `Error` like `CheckedHints`.
  Segmentation Segment(const Hints& hints);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gradcut
