#pragma once

#include "cut/cutter.h"
#include "gradcut/graphcut/contrast.h"

#include <cstddef>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

struct OutlineOptions {
  bool outline;         // Cuts again; else scales up.
  bool probability;     // Makes it too.
  double local_colour;  // How much local colours count.
  GraphcutOptions graphcut;
};

// A mask and, if asked for, its probability, of the image's size.
struct Outlined {
  cv::Mat mask;
  cv::Mat probability = {};
};

// A cut of a small copy of the image, at the image's own size: made again in a narrow band around
// its outline, at about twice the size each time (Lombaert et al. 2005), by contrast and local
// colours of that size, so that one pixel of the mask is one of the image. `certain` is a trimap of
// the image's size, or empty.
Outlined AtFullSize(const cv::Mat& image, const Cutter::Result& cut, const cv::Mat& certain,
                    const OutlineOptions& options);

// The image at each size at which a cut of so many pixels is made again, itself first; itself alone
// if it is scaled up.
std::vector<cv::Mat> OutlineSizes(const cv::Mat& image, std::size_t pixels,
                                  const OutlineOptions& options);

// The same for an image whose `OutlineSizes` are known.
Outlined AtFullSize(const std::vector<cv::Mat>& sizes, const Cutter::Result& cut,
                    const cv::Mat& certain, const OutlineOptions& options);

}  // namespace gradcut
