#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <string>

namespace gradcut {

/// The weights of one or more small nets side by side, each from C standardised activations a cell
/// to one logit, through H hidden channels:
///
///     u = project x                      1x1, C -> H
///     u = u + context mean_cells(relu u)
///     h = relu u
///     h = h + relu(filter * h)           3x3, H -> H, zeros around the image
///     z = score . h                      1x1, H -> 1
///
/// The logits of several nets are averaged. `context` and `filter` may be undefined, and are then
/// left out; without `score` there is no hidden layer (H = 1) and z = u.
struct ObjectnessNet {
  int nets = 1;
  at::Tensor project, project_bias;  ///< nets * H x C x 1 x 1; nets * H.
  at::Tensor context, context_bias;  ///< nets * H x H x 1 x 1; nets * H.
  at::Tensor filter, filter_bias;    ///< nets * H x H x 3 x 3; nets * H.
  at::Tensor score, score_bias;      ///< nets x H x 1 x 1; nets.

  /// The tensors that are defined, by name.
  std::map<std::string, at::Tensor*> Tensors();
};

/// What becomes of a tensor while learning: dropout.
using Dropout = std::function<at::Tensor(const at::Tensor&)>;

/// N x rows x cols logits of `projected`, the N x (nets * H) x rows x cols of `project` with its
/// bias. `dropout`, if any, is applied to what the filter sees.
at::Tensor LogitsOf(const ObjectnessNet& net, const at::Tensor& projected,
                    const Dropout& dropout = {});

/// `project` of `inputs`, N x C x rows x cols.
at::Tensor Project(const ObjectnessNet& net, const at::Tensor& inputs);

/// The nets of both; their shapes must agree.
ObjectnessNet SideBySide(const std::vector<ObjectnessNet>& nets);

}  // namespace gradcut
