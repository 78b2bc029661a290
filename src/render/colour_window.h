#pragma once

#include <array>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// The colours of a window of 3 x 3 pixels, in [0, 1]: their deviations from the mean and the
/// inverse of their covariance, which `kEpsilon` / 9 keeps regular.
class ColourWindow {
 public:
  static constexpr int kPixels = 9;

  /// Of the window around a pixel that is not at the image's border.
  ColourWindow(const cv::Mat& image, int row, int col) {
    for (int i = 0; i < kPixels; ++i) {
      const std::uint8_t* const pixel = image.ptr(row + i / 3 - 1, col + i % 3 - 1);
      for (int k = 0; k < 3; ++k) mean_[k] += deviation_[k][i] = pixel[k] / 255.0;
    }
    for (int k = 0; k < 3; ++k) {
      mean_[k] /= kPixels;
      for (int i = 0; i < kPixels; ++i) deviation_[k][i] -= mean_[k];
    }
    Invert();
  }

  double mean(int channel) const { return mean_[channel]; }
  double deviation(int channel, int i) const { return deviation_[channel][i]; }

  /// A vector of colours times the inverse covariance.
  std::array<double, 3> Whitened(double red, double green, double blue) const {
    return {inverse_[0] * red + inverse_[1] * green + inverse_[2] * blue,
            inverse_[1] * red + inverse_[3] * green + inverse_[4] * blue,
            inverse_[2] * red + inverse_[4] * green + inverse_[5] * blue};
  }

 private:
  static constexpr double kEpsilon = 1e-7;

  double Covariance(int k, int l) const {
    double sum = k == l ? kEpsilon : 0;
    for (int i = 0; i < kPixels; ++i) sum += deviation_[k][i] * deviation_[l][i];
    return sum / kPixels;
  }

  // By cofactors; entries rr, rg, rb, gg, gb, bb.
  void Invert() {
    const double rr = Covariance(0, 0), rg = Covariance(0, 1), rb = Covariance(0, 2),
                 gg = Covariance(1, 1), gb = Covariance(1, 2), bb = Covariance(2, 2);
    inverse_ = {gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg,
                rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg};
    const double determinant = rr * inverse_[0] + rg * inverse_[1] + rb * inverse_[2];
    for (double& entry : inverse_) entry /= determinant;
  }

  std::array<double, 3> mean_ = {};
  std::array<std::array<double, kPixels>, 3> deviation_;
  std::array<double, 6> inverse_;
};

}  // namespace gradcut
