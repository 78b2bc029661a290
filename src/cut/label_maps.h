#pragma once

#include "gradcut/cut/mask_parts.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/graphcut/expansion.h"

#include <cstddef>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

// Sets what a label costs at each pixel (CV_32FC1, nats).
void SetLabelCosts(std::size_t label, const cv::Mat& costs, MultiLabelEnergy& energy);

// The labels (CV_8UC1) of an image of which each label costs that much at each pixel, and borders
// between labels what their contrast says.
cv::Mat CutByCosts(const cv::Mat& image, const std::vector<cv::Mat>& costs,
                   const GraphcutOptions& options);

// Labels below `count` at another size: of each pixel the label that most of it has.
cv::Mat ResizeLabels(const cv::Mat& labels, int count, cv::Size size);

// Chooses the parts of each label above 0 as for masks. What a label loses becomes background; the
// holes that it fills are those of background.
void ChooseLabelParts(const MaskOptions& options, int neighbours, cv::Mat& labels);

}  // namespace gradcut
