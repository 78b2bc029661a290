#include "gradcut/core/error.h"
#include "gradcut/saliency/saliency.h"

namespace gradcut {

void Describe(SaliencyOptions& o, OptionList& list) {
  list.Integer("saliency.top_classes", o.top_classes, 1, 1000,
               "best-scoring classes to look for when no --class is given");
  list.Integer("saliency.size", o.size, 0, 2048,
               "longer side of the network's input, pixels; 0: its native square");
  list.Integer("saliency.second_size", o.second_size, 0, 2048,
               "longer side in a second pass, pixels; 0: no second pass");
  list.Boolean("saliency.mirror", o.mirror, "each pass also on the mirrored image");
  list.Number("saliency.input_gradient", o.input_gradient, 0, 100,
              "weight of the gradient by the pixels in the heat map");
  list.Number("saliency.hidden_gradient", o.hidden_gradient, 0, 100,
              "weight of the gradient by the last stride-16 activations in the heat map");
  list.Number("saliency.layer_cam", o.layer_cam, 0, 100,
              "weight of LayerCAM on the last layer in the heat map");
  list.Choice("saliency.reduction", o.reduction,
              {{"maximum", ChannelReduction::kMaximum},
               {"sum_of_squares", ChannelReduction::kSumOfSquares}},
              "how the gradients of red, green and blue become one number");
  list.Number("saliency.blur", o.blur, 0, 0.5,
              "standard deviation of the blur of the gradient by the pixels, as a share of its "
              "shorter side");
}

void CheckSaliencyOptions(const SaliencyOptions& options) {
  Validate(options);
  Require(options.input_gradient + options.hidden_gradient + options.layer_cam > 0,
          "saliency.input_gradient, hidden_gradient and layer_cam are all 0: the heat map needs "
          "one of them");
}

}  // namespace gradcut
