#include "model/fused_conv.h"

#include "model/conv_layer.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>
#include <optional>
#include <string_view>

namespace gradcut {
namespace {

at::Tensor ChannelsLast(const at::Tensor& x) {
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

// The same number for rows and columns.
std::array<std::int64_t, 2> Both(std::int64_t number) { return {number, number}; }

at::Tensor ThroughActivation(Activation activation, const at::Tensor& gradient,
                             const at::Tensor& output) {
  switch (activation) {
    case Activation::kNone:
      return gradient;
    case Activation::kRelu:
      return at::threshold_backward(gradient, output, 0);
    case Activation::kRelu6:
      return at::hardtanh_backward(gradient, output, 0, 6);
  }
  return gradient;
}

// ---- 1 x 1: a product of matrices, cells x channels

// So much of an output is finished while it is still in the cache.
constexpr std::int64_t kStripBytes = 256 << 10;

void AddAndClamp(float* values, std::int64_t rows, std::int64_t cols, const float* bias,
                 float least, float most) {
  for (std::int64_t row = 0; row < rows; ++row, values += cols)
    for (std::int64_t col = 0; col < cols; ++col) {
      const float value = values[col] + bias[col];
      const float raised = value < least ? least : value;  // NaN stays.
      values[col] = raised > most ? most : raised;
    }
}

class PointwiseConv : public FusedConv {
 public:
  PointwiseConv(const FoldedConv& conv, Activation activation)
      : FusedConv(activation),
        weight_(conv.weight.flatten(1).contiguous()),
        turned_(weight_.t().contiguous()),
        bias_(conv.bias.contiguous()) {}

 private:
  static at::Tensor Cells(const at::Tensor& x) { return x.permute({0, 2, 3, 1}).flatten(0, 2); }

  static at::Tensor Like(const at::Tensor& x, std::int64_t channels) {
    return at::empty({x.size(0), channels, x.size(2), x.size(3)}, x.options(),
                     at::MemoryFormat::ChannelsLast);
  }

  // Calls `visit(strip)`, a function of a cells x channels tensor's rows, for so many at a time
  // that the outputs stay in the cache.
  template <class Visit>
  void ForEachStrip(std::int64_t cells, const Visit& visit) const {
    const std::int64_t row_bytes = weight_.size(0) * std::int64_t{sizeof(float)};
    const std::int64_t most = std::max<std::int64_t>(kStripBytes / row_bytes, 1);
    for (std::int64_t row = 0; row < cells; row += most)
      visit([row, rows = std::min(most, cells - row)](const at::Tensor& all) {
        return all.narrow(0, row, rows);
      });
  }

  at::Tensor Convolve(const at::Tensor& input) const override {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const float least = activation() == Activation::kNone ? -kInfinity : 0.0F;
    const float most = activation() == Activation::kRelu6 ? 6.0F : kInfinity;
    at::Tensor output = Like(input, weight_.size(0));
    const at::Tensor from = Cells(input), to = Cells(output);
    ForEachStrip(to.size(0), [&](const auto& strip) {
      at::Tensor part = strip(to);
      at::mm_out(part, strip(from), turned_);
      AddAndClamp(part.data_ptr<float>(), part.size(0), part.size(1), bias_.const_data_ptr<float>(),
                  least, most);
    });
    return output;
  }

  at::Tensor ByInput(const at::Tensor& gradient, const at::Tensor& output,
                     const at::Tensor& input) const override {
    at::Tensor by_input = Like(input, weight_.size(1));
    const at::Tensor from = Cells(gradient), values = Cells(output), to = Cells(by_input);
    ForEachStrip(from.size(0), [&](const auto& strip) {
      at::Tensor part = strip(to);
      at::mm_out(part, ThroughActivation(activation(), strip(from), strip(values)), weight_);
    });
    return by_input;
  }

  const at::Tensor weight_;  // Outputs x inputs.
  const at::Tensor turned_;  // Inputs x outputs.
  const at::Tensor bias_;
};

// ---- Others: oneDNN's

using Scalars = c10::List<std::optional<at::Scalar>>;
using ConvolveFunction = at::Tensor(const at::Tensor&, const at::Tensor&,
                                    const std::optional<at::Tensor>&, at::IntArrayRef,
                                    at::IntArrayRef, at::IntArrayRef, std::int64_t,
                                    std::string_view, Scalars, std::optional<std::string_view>);
using ReorderFunction = at::Tensor(const at::Tensor&, at::IntArrayRef, at::IntArrayRef,
                                   at::IntArrayRef, std::int64_t, at::OptionalIntArrayRef);

// LibTorch has these by name, in no header.
template <class Function>
std::optional<c10::TypedOperatorHandle<Function>> FindOperator(const char* name) {
  const auto found = c10::Dispatcher::singleton().findSchema({name, ""});
  if (!found) return std::nullopt;
  return found->typed<Function>();
}

const auto& ConvolveOperator() {
  static const auto found = FindOperator<ConvolveFunction>("mkldnn::_convolution_pointwise");
  return found;
}

const auto& ReorderOperator() {
  static const auto found = FindOperator<ReorderFunction>("mkldnn::_reorder_convolution_weight");
  return found;
}

// Of `groups` convolutions of stride 1, the kernels that take a gradient from the outputs back to
// the inputs: upside down, inputs in place of outputs.
at::Tensor Turned(const at::Tensor& weight, std::int64_t groups) {
  return weight.flip({2, 3})
      .unflatten(0, {groups, weight.size(0) / groups})
      .transpose(1, 2)
      .flatten(0, 1)
      .contiguous();
}

class PackedConv : public FusedConv {
 public:
  PackedConv(FoldedConv conv, const Geometry& geometry, Activation activation)
      : FusedConv(activation),
        conv_(std::move(conv)),
        geometry_(geometry),
        packed_(Pack(conv_.weight, geometry)) {}

 private:
  static at::Tensor Pack(const at::Tensor& weight, const Geometry& geometry) {
    return ReorderOperator()->call(weight, Both(geometry.padding), Both(geometry.stride), Both(1),
                                   geometry.groups, std::nullopt);
  }

  static at::Tensor Run(const at::Tensor& input, const at::Tensor& packed,
                        const std::optional<at::Tensor>& bias, const Geometry& geometry,
                        Activation activation) {
    std::string_view name = "none";
    Scalars range;
    if (activation == Activation::kRelu) name = "relu";
    if (activation == Activation::kRelu6) {
      name = "hardtanh";
      range.push_back(at::Scalar(0.0));
      range.push_back(at::Scalar(6.0));
    }
    return ConvolveOperator()->call(input, packed, bias, Both(geometry.padding),
                                    Both(geometry.stride), Both(1), geometry.groups, name, range,
                                    /*algorithm=*/"");
  }

  at::Tensor Convolve(const at::Tensor& input) const override {
    return Run(input, packed_, conv_.bias, geometry_, activation());
  }

  at::Tensor ByInput(const at::Tensor& gradient, const at::Tensor& output,
                     const at::Tensor& input) const override {
    const at::Tensor inner = ThroughActivation(activation(), gradient, output);
    if (geometry_.stride > 1)
      return std::get<0>(at::convolution_backward(
          inner, input, conv_.weight, at::OptionalIntArrayRef(), Both(geometry_.stride),
          Both(geometry_.padding), Both(1), /*transposed=*/false, Both(0), geometry_.groups,
          {true, false, false}));
    const Geometry back = {.padding = conv_.weight.size(2) - 1 - geometry_.padding,
                           .groups = geometry_.groups};
    std::call_once(turned_,
                   [&] { packed_turned_ = Pack(Turned(conv_.weight, geometry_.groups), back); });
    return Run(inner, packed_turned_, std::nullopt, back, Activation::kNone);
  }

  const FoldedConv conv_;
  const Geometry geometry_;
  const at::Tensor packed_;
  mutable std::once_flag turned_;
  mutable at::Tensor packed_turned_;  // Made when the first gradient is wanted.
};

// How oneDNN wants weights laid out depends on the sizes of images. Laying out large ones anew for
// another size costs more than is won.
constexpr std::int64_t kMostWeights = 16384;

struct FusedConvFunction : torch::autograd::Function<FusedConvFunction> {
  // The network outlives its passes.
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const FusedConv* conv) {
    at::Tensor output = conv->Forward(input);
    context->save_for_backward({input, output});
    context->saved_data["conv"] = reinterpret_cast<std::int64_t>(conv);
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const std::int64_t saved_conv = context->saved_data["conv"].toInt();
    // NOLINTNEXTLINE(performance-no-int-to-ptr): saved data has no pointers.
    const auto* const conv = reinterpret_cast<const FusedConv*>(saved_conv);
    return {conv->Backward(gradients[0], saved[1], saved[0]), at::Tensor()};
  }
};

}  // namespace

std::shared_ptr<const FusedConv> FusedConv::Make(const FoldedConv& conv, const Geometry& geometry,
                                                 Activation activation) {
  const at::Tensor& weight = conv.weight;
  if (!weight.device().is_cpu() || weight.scalar_type() != at::kFloat) return nullptr;
  if (weight.size(2) == 1 && weight.size(3) == 1 && geometry.groups == 1 && geometry.stride == 1)
    return std::make_shared<PointwiseConv>(conv, activation);
  const bool small = weight.size(1) == 1 || weight.numel() <= kMostWeights;
  if (!small || !ConvolveOperator() || !ReorderOperator()) return nullptr;
  return std::make_shared<PackedConv>(conv, geometry, activation);
}

at::Tensor FusedConv::operator()(const at::Tensor& input) const {
  if (at::GradMode::is_enabled() && input.requires_grad())
    return FusedConvFunction::apply(input, this);
  return Forward(input);
}

at::Tensor FusedConv::Forward(const at::Tensor& input) const {
  return Convolve(ChannelsLast(input));
}

at::Tensor FusedConv::Backward(const at::Tensor& gradient, const at::Tensor& output,
                               const at::Tensor& input) const {
  return ByInput(ChannelsLast(gradient), output, ChannelsLast(input));
}

}  // namespace gradcut
