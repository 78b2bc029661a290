#pragma once

#include "gradcut/core/options.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/model/classifier.h"
#include "gradcut/priors/colour_model.h"
#include "gradcut/priors/location.h"
#include "gradcut/priors/seeds.h"
#include "gradcut/saliency/saliency.h"
#include "gradcut/segment/mask_parts.h"

#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradcut {

/// The options of every stage between an image and its mask.
struct SegmenterOptions {
  SaliencyOptions saliency;
  LocationOptions location;
  SeedOptions seeds;
  ColourOptions colour;
  GraphcutOptions graphcut;
  MaskOptions mask;
  /// A larger image is cut at this size and its mask scaled up; 10^6 pixels.
  double max_megapixels = 2;
  /// Colour models and cuts, alternating: after the first, colours are those of the last cut's
  /// sides (Rother et al. 2004).
  int rounds = 1;
  /// Looks a second time, at the surroundings of the first mask alone: small objects are then seen
  /// larger. The prior there is the mean of both looks.
  bool second_look = false;
  /// Finds the confidence, which takes one more cut. Changes no mask, and is no option of a recipe.
  bool rate = true;
};

void Describe(SegmenterOptions& options, OptionList& list);

/// Throws `Error` for options that are out of range or contradict each other.
void CheckSegmenterOptions(const SegmenterOptions& options);

/// Whether what `Segmenter::Locate` finds depends on the option of that key.
bool DecidesLocation(std::string_view key);

/// The names of the presets, the default one first.
std::vector<std::string> PresetNames();

/// The options of a preset. Throws `Error` for an unknown name.
///
/// `classic`: the textbook recipe. One vanilla gradient of the best class's score before the
/// softmax, largest absolute value over RGB (Simonyan et al. 2013); the hottest 5 % are object, the
/// coldest 30 % background; colour models from these seeds and one minimum cut (Boykov and Jolly
/// 2001).
/// `fast`: the gradient of the five best classes by the last stride-16 activations, at 320 pixels;
/// a prior out of heat map, the image's own feature model and the objectness head; colour models
/// and cuts in three rounds on a small copy of the image.
/// `best`: the same with the mirror image, at a larger size, with a second look at the object.
SegmenterOptions PresetOptions(const std::string& preset);

/// What became of one image. Every map has the image's rows and columns.
struct Segmentation {
  cv::Mat mask;      ///< `CV_8UC1`, 0 or 255.
  cv::Mat heat_map;  ///< `CV_32FC1`, [0, 1].
  cv::Mat
      probability;  ///< `CV_32FC1`, [0, 1]: object against background before smoothing by the cut.
  FeatureMap features;              ///< See `Saliency`.
  std::vector<ClassScore> classes;  ///< What was looked for, best first.
  /// In [0, 1], for ranking masks; 0 for an empty one. With a location prior, the share of the mask
  /// that is left when its threshold rises by 0.12: how little the mask hangs on that choice.
  /// Without, the probability that a random pixel of the mask is hotter than a random pixel outside
  /// it (the area under the heat map's ROC curve). 0 if `rate` is off.
  double confidence = 0;
  /// Why the mask is empty although the image was readable, or "".
  std::string note;
  std::optional<Completeness> completeness;  ///< See `Saliency`.
  /// Wall time by stage, in order.
  std::vector<std::pair<std::string, double>> milliseconds;
};

/// Image in, mask out. Holds no state between calls: one object may serve several threads.
class Segmenter {
 public:
  /// Without a `head`, the objectness term is left out. Throws like `CheckSegmenterOptions`, and
  /// `Error` for a head that was learned with another classifier and for a classifier without the
  /// layers that the options look at.
  Segmenter(std::shared_ptr<const Classifier> classifier, const SegmenterOptions& options,
            std::shared_ptr<const ObjectnessHead> head = nullptr);

  /// `image` is RGB `CV_8UC3`. `classes` are indices; empty means the best-scoring ones.
  ///
  /// Where there is nothing to go by (a heat map without contrast, or so flat that it seeds one
  /// side alone), the mask is empty and `note` says why.
  Segmentation Segment(const cv::Mat& image, const std::vector<int>& classes = {}) const;

  /// The first stage alone: heat map, classes and note; the other fields stay empty.
  Segmentation Locate(const cv::Mat& image, const std::vector<int>& classes = {}) const;

  /// The other stages alone: `located` is what `Locate` made of the same image, maybe that of
  /// another `Segmenter` whose options differ in nothing that `DecidesLocation`.
  Segmentation Segment(const cv::Mat& image, Segmentation located) const;

  const SegmenterOptions& options() const { return options_; }
  const Classifier& classifier() const { return *classifier_; }

 private:
  cv::Mat LocationOf(const Segmentation& located, cv::Size size) const;
  bool LookAgain(const cv::Mat& image, const cv::Mat& mask, const std::vector<ClassScore>& classes,
                 cv::Mat& location) const;

  std::shared_ptr<const Classifier> classifier_;
  SegmenterOptions options_;
  std::shared_ptr<const ObjectnessHead> head_;
};

}  // namespace gradcut
