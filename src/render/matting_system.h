#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Solves for the unknown pixels of a trimap (neither 0 nor 255): alpha (`CV_32FC1`) minimises
/// alpha^T L alpha, L being the matting Laplacian (Levin, Lischinski and Weiss 2008, equation 12)
/// over windows of 3 x 3. `alpha` holds a guess and is written into where pixels are unknown. The
/// image has at least 3 x 3 pixels, and each side of the trimap at least one.
void SolveAlpha(const cv::Mat& image, const cv::Mat& trimap, cv::Mat& alpha);

/// The line of colours that alpha lies on in the window around each pixel of `where` (`CV_8UC1`,
/// not 0), `CV_32FC4`: alpha is about a . (r, g, b) + b, colours in [0, 1] (equation 2 there).
cv::Mat ColourLines(const cv::Mat& image, const cv::Mat& alpha, const cv::Mat& where);

}  // namespace gradcut
