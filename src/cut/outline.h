#pragma once

#include "cut/cutter.h"
#include "gradcut/graphcut/contrast.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

// A mask and its probability, both of the image's size.
struct Outlined {
  cv::Mat mask;
  cv::Mat probability;
};

// A cut of a small copy of the image, at the image's own size. With `outline` it is made again in a
// narrow band around its outline, at twice the size each time (Lombaert et al. 2005), by contrast
// and local colours of that size, so that one pixel of the mask is one of the image; else scaled
// up. `certain` is a trimap of the image's size, or empty.
Outlined AtFullSize(const cv::Mat& image, const Cutter::Result& cut, const cv::Mat& certain,
                    bool outline, const ColourOptions& colour, const GraphcutOptions& graphcut);

}  // namespace gradcut
