#pragma once

#include "gradcut/model/classifier.h"

#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

/// An image and a small change that makes it less of its class. Both images are what the network
/// sees: RGB `CV_8UC3`, of its native size.
struct AdversarialExample {
  cv::Mat original = {};
  cv::Mat changed = {};
  ClassScore before = {};  ///< The class that the change works against, in the original.
  ClassScore after = {};   ///< The best class of the changed image.
  double remaining = 0;    ///< Probability of the class of `before` in the changed image.
};

/// The fast gradient sign method (Goodfellow, Shlens and Szegedy 2015, "Explaining and Harnessing
/// Adversarial Examples", section 4): x' = x - epsilon sign(d log p_c / dx), in whole grey levels
/// (`epsilon` of 255) and kept within 0 to 255, so that a file of x' holds exactly what was judged.
/// c is the best-scoring class, or the best of `classes`.
///
/// `image` is RGB `CV_8UC3` of any size. Throws `std::invalid_argument` for an index that the
/// classifier does not have.
AdversarialExample FastGradientSign(const Classifier& classifier, const cv::Mat& image,
                                    const std::vector<int>& classes, int epsilon);

}  // namespace gradcut
