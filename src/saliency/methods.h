#pragma once

#include "gradcut/saliency/saliency_options.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradcut {

/// What a method looks at.
enum class MapSource {
  kInputGradient,  ///< The gradient with respect to the input, of one pass.
  kOtherInputs,    ///< Passes of its own over other inputs.
  kLastLayer,      ///< A layer, by default the last one.
  kStride16Layer,  ///< A layer, by default the last one of stride 16.
  kHead,           ///< The last layer and no other.
};

constexpr bool LooksAtLayer(MapSource source) {
  return source != MapSource::kInputGradient && source != MapSource::kOtherInputs;
}

/// One way to make a map of an image.
struct Method {
  std::string_view name;
  MapSource source;
  bool speckled = false;  ///< Single pixels stand out: blur it.
};

/// All methods but `fused`, which is several of them. A new one is a header, a source file, a line
/// here and one in methods.cc.
inline constexpr std::array<Method, 16> kMethods = {{
    {"gradient", MapSource::kInputGradient, /*speckled=*/true},
    {"gradient_x_input", MapSource::kInputGradient, /*speckled=*/true},
    {"smooth_grad", MapSource::kOtherInputs, /*speckled=*/true},
    {"smooth_grad_squared", MapSource::kOtherInputs, /*speckled=*/true},
    {"var_grad", MapSource::kOtherInputs, /*speckled=*/true},
    {"integrated_gradients", MapSource::kOtherInputs, /*speckled=*/true},
    {"guided_backprop", MapSource::kOtherInputs, /*speckled=*/true},
    {"occlusion", MapSource::kOtherInputs},
    {"hidden_gradient", MapSource::kStride16Layer},
    {"grad_cam", MapSource::kLastLayer},
    {"grad_cam_plus_plus", MapSource::kLastLayer},
    {"xgrad_cam", MapSource::kLastLayer},
    {"hires_cam", MapSource::kLastLayer},
    {"layer_cam", MapSource::kLastLayer},
    {"score_cam", MapSource::kLastLayer},
    {"cam", MapSource::kHead},
}};

/// The method of that name, which there is.
const Method& MethodNamed(std::string_view name);

/// The methods that the options ask for, with the weights of their maps, in their order; `fused` is
/// its parts, and those of weight 0 are left out.
std::vector<std::pair<const Method*, double>> WeightedMethods(const SaliencyOptions& options);

/// A map as a method makes it: any size and range.
struct RawMap {
  cv::Mat map;           ///< For the heat map: most methods give up signs.
  cv::Mat attributions;  ///< The same before that; see `Saliency::attributions`.
  std::optional<Completeness> completeness = {};
};

/// Without a layer to look at, `layer` is "".
RawMap RunMethod(const Method& method, const ScoredImage& image, const std::string& layer,
                 const SaliencyOptions& options);

}  // namespace gradcut
