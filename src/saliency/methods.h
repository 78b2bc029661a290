#pragma once

#include "gradcut/saliency/saliency.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace gradcut {

/// What a method looks at.
enum class Evidence {
  kInputGradient,  ///< The gradient by the input, of one pass.
  kOtherInputs,    ///< Passes of its own over other inputs.
  kLastLayer,      ///< A layer, by default the last one.
  kStride16Layer,  ///< A layer, by default the last one of stride 16.
  kHead,           ///< The last layer and no other.
};

constexpr bool LooksAtLayer(Evidence evidence) {
  return evidence != Evidence::kInputGradient && evidence != Evidence::kOtherInputs;
}

/// One way to make a map of an image.
struct Method {
  std::string_view name;
  Evidence evidence;
  bool speckled = false;  ///< Single pixels stand out: blur it.
};

/// All methods but `fused`, which is several of them. A new one is a header, a source file, a line
/// here and one in methods.cc.
inline constexpr std::array<Method, 16> kMethods = {{
    {"gradient", Evidence::kInputGradient, /*speckled=*/true},
    {"gradient_x_input", Evidence::kInputGradient, /*speckled=*/true},
    {"smooth_grad", Evidence::kOtherInputs, /*speckled=*/true},
    {"smooth_grad_squared", Evidence::kOtherInputs, /*speckled=*/true},
    {"var_grad", Evidence::kOtherInputs, /*speckled=*/true},
    {"integrated_gradients", Evidence::kOtherInputs, /*speckled=*/true},
    {"guided_backprop", Evidence::kOtherInputs, /*speckled=*/true},
    {"occlusion", Evidence::kOtherInputs},
    {"hidden_gradient", Evidence::kStride16Layer},
    {"grad_cam", Evidence::kLastLayer},
    {"grad_cam_plus_plus", Evidence::kLastLayer},
    {"xgrad_cam", Evidence::kLastLayer},
    {"hires_cam", Evidence::kLastLayer},
    {"layer_cam", Evidence::kLastLayer},
    {"score_cam", Evidence::kLastLayer},
    {"cam", Evidence::kHead},
}};

/// The method of that name, which there is.
const Method& MethodNamed(std::string_view name);

/// A map as a method makes it: any size and range.
struct RawMap {
  cv::Mat map;
  std::optional<Completeness> completeness = {};
};

/// Without a layer to look at, `layer` is "".
RawMap RunMethod(const Method& method, const ScoredImage& image, const std::string& layer,
                 const SaliencyOptions& options);

}  // namespace gradcut
