#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/cut/cut_options.h"
#include "gradcut/cut/segmentation.h"

#include <functional>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// The indices of the classifier's classes that a name stands for; none where it knows no such
/// class: then the best-scoring ones are looked for.
using ClassesOfName = std::function<std::vector<int>(const std::string& name)>;

/// What is known of an image, or of a part of it, before it is cut.
struct Located {
  Segmentation seen;  ///< What `Saliency` has; the other fields are empty.
  cv::Mat location;   ///< The location prior, `CV_32FC1` in [0, 1], of any size.
};

/// Whoever knows where the object of an image is: a classifier, or a heat map that was given.
class Locator {
 public:
  virtual ~Locator() = default;

  /// Where it is in the whole image. `classes` are what is looked for; none: what stands out.
  virtual Located Whole(const std::vector<int>& classes) const = 0;

  /// The same in a part of the image, as if that were all.
  virtual Located In(const cv::Rect& place, const std::vector<int>& classes) const = 0;
};

/// One image that is segmented again and again while hints come in. What was located, contrast
/// weights, flows and how far each stroke reaches are kept; results depend on the hints that there
/// are, never on how they came about. For one thread at a time.
///
///     HintSession session(image, {.heat_map = heat}, PresetCut("fast"));
///     session.Add(HintStroke{.points = {{120.5, 80.5}}});                 // The object is here,
///     session.Add(HintStroke{.points = {{30.5, 40.5}}, .object = false}); // this is none of it.
///     cv::Mat mask = session.Segment().mask;
class HintSession {
 public:
  /// With a heat map from anywhere; `image`, `seen` and what is thrown are as for `CutByHeatMap`.
  HintSession(const cv::Mat& image, const Saliency& seen, const CutOptions& options);

  /// `image` is RGB `CV_8UC3`. `classes` are what is looked for where hints name none.
  HintSession(const cv::Mat& image, std::unique_ptr<const Locator> locator,
              const CutOptions& options, std::vector<int> classes = {},
              ClassesOfName classes_of = {});
  ~HintSession();
  HintSession(const HintSession&) = delete;
  HintSession& operator=(const HintSession&) = delete;

  /// Locates the object now instead of with the first stroke, which then takes milliseconds.
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
  /// and the mask is all of them; without any hints, as if nothing had been said.
  Segmentation Segment();

  /// The same for other hints than those of the session. Throws `Error` like `CheckedHints`.
  Segmentation Segment(const Hints& hints);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gradcut
