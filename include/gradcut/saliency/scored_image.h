#pragma once

#include "gradcut/model/classifier.h"

#include <memory>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

class ScoredInput;

/// The score S that a heat map explains. z are the classifier's logits, p = softmax(z) its
/// probabilities; w are the probabilities of the classes that are looked for, renormalised over
/// them and held constant. With several classes the gradient of S is that of the logarithm of their
/// summed probabilities' numerator, log sum_c exp(z_c): a group of classes counts as one.
enum class ScoreKind {
  /// sum_c w_c z_c, before the softmax (Simonyan et al. 2013, section 3): what speaks for the
  /// class.
  kLogit,
  /// sum_c w_c log p_c: what speaks for the class rather than for the others.
  kLogProbability,
};

struct ScoreOptions {
  ScoreKind kind = ScoreKind::kLogit;
  /// How many of the best-scoring classes are looked for when none is named.
  int top_classes = 1;
};

/// How an image is shown to the network.
struct ViewOptions {
  cv::Size size = {};     ///< Of the network's input; empty: its native square.
  bool mirrored = false;  ///< Left and right exchanged.
};

/// An image as a classifier sees it and the score that is to be explained: what every method of
/// `gradcut/saliency/` starts from. What several methods need of it is computed once. For one
/// thread at a time.
class ScoredImage {
 public:
  /// `image` is RGB `CV_8UC3`. `classes` are class indices; empty means the best-scoring ones of
  /// this view. `memory` bounds what is computed at once on a GPU, MB; on a CPU inputs go through
  /// the network one by one, since batches are no faster there. Both `classifier` and `image` must
  /// outlive this. Throws `std::invalid_argument` for an index that the classifier does not have.
  ScoredImage(const Classifier& classifier, const cv::Mat& image, const std::vector<int>& classes,
              const ScoreOptions& score = {}, const ViewOptions& view = {}, int memory = 4096);

  /// For inputs made elsewhere (tests).
  explicit ScoredImage(std::unique_ptr<ScoredInput> input);

  ScoredImage(ScoredImage&&) noexcept;
  ~ScoredImage();

  /// Another view of the same image, with the same classes and weights.
  ScoredImage Viewed(const ViewOptions& view) const;

  /// What is looked for, best first.
  const std::vector<ClassScore>& classes() const;

  /// The tensors, for the methods.
  ScoredInput& input() const { return *input_; }

 private:
  std::unique_ptr<ScoredInput> input_;
  const Classifier* classifier_ = nullptr;
  cv::Mat image_;
};

}  // namespace gradcut
