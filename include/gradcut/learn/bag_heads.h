#pragma once

#include "gradcut/learn/cell_model.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Learns which cells show a class from images of which only the classes are known (multiple
/// instance learning; Dietterich et al. 1997): an image is a bag of cells. A bag's score is
/// (1/2) log mean exp(2 z) of its cells' scores z (Pinheiro and Collobert 2015, "From Image-level
/// to Pixel-level Labeling with Convolutional Networks", eq. 1); the least mean over bags of the
/// classes' summed binary cross-entropies plus `penalty` times the squared length of the
/// standardised weights.
///
/// `inputs` (`CV_32FC1`, cells x inputs) has the same number of cells for each bag, bag by bag;
/// `shown` (`CV_8UC1`, bags x classes) is not 0 where a bag shows a class. Bags whose row of
/// `left_out` (`CV_8UC1`, bags x 1) is not 0 teach nothing. The same bytes for the same cells.
/// Throws `std::invalid_argument` for other shapes, no bag that teaches, or values that are not
/// finite.
CellModel LearnFromBags(const cv::Mat& inputs, const cv::Mat& shown, const cv::Mat& left_out,
                        double penalty = 1e-2);

}  // namespace gradcut
