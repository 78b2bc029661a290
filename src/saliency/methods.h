#pragma once

#include "gradcut/saliency/saliency.h"

#include <functional>
#include <span>
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

inline bool LooksAtLayer(Evidence evidence) {
  return evidence != Evidence::kInputGradient && evidence != Evidence::kOtherInputs;
}

/// A map as a method makes it: any size and range.
struct RawMap {
  cv::Mat map;
  std::optional<Completeness> completeness = {};
};

/// One way to make a map of an image.
struct Method {
  std::string_view name;
  Evidence evidence;
  bool speckled;  ///< Single pixels stand out: blur it.
  /// Without a layer, `layer` is "".
  std::function<RawMap(const ScoredImage& image, const std::string& layer,
                       const SaliencyOptions& options)>
      run;
};

/// All but `fused`, which is several of them.
std::span<const Method> Methods();

/// The method of that name, which there is.
const Method& MethodNamed(std::string_view name);

}  // namespace gradcut
