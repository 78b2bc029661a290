#include "model/parameters.h"

#include "gradcut/core/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

namespace gradcut {
namespace {

// Batch norms carry a counter that inference has no use for.
bool IsIgnored(const std::string& name) { return name.ends_with(".num_batches_tracked"); }

std::optional<at::ScalarType> FloatType(const std::string& dtype) {
  if (dtype == "F32") return at::kFloat;
  if (dtype == "F16") return at::kHalf;
  if (dtype == "BF16") return at::kBFloat16;
  if (dtype == "F64") return at::kDouble;
  return std::nullopt;
}

at::Tensor CopyOf(const StoredTensor& stored, at::ScalarType type) {
  at::Tensor tensor = at::empty(stored.shape, type);
  std::memcpy(tensor.data_ptr(), stored.bytes.data(), stored.bytes.size());
  return tensor;
}

at::Tensor WithChannelsLast(const at::Tensor& weight) {
  return weight.contiguous(at::MemoryFormat::ChannelsLast);
}

std::string Shortened(const std::vector<std::string>& problems) {
  constexpr std::size_t kShown = 5;
  const std::size_t shown = std::min(problems.size(), kShown);
  const auto end = problems.begin() + static_cast<std::ptrdiff_t>(shown);
  const std::string text = fmt::format("{}", fmt::join(problems.begin(), end, "; "));
  return shown == problems.size() ? text
                                  : fmt::format("{}; and {} more", text, problems.size() - shown);
}

}  // namespace

at::Tensor Parameters::Take(const std::string& name, at::IntArrayRef shape) {
  return TakeOnHost(name, shape).to(options_);
}

at::Tensor Parameters::TakeOnHost(const std::string& name, at::IntArrayRef shape) {
  taken_.emplace(name, shape.vec());
  const auto zeros = [&] {
    return at::zeros(shape, at::TensorOptions(device().is_meta() ? at::kMeta : at::kCPU));
  };
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    problems_.push_back(fmt::format("{} is missing", name));
    return zeros();
  }
  const StoredTensor& stored = found->second;
  const std::optional<at::ScalarType> type = FloatType(stored.dtype);
  if (!type || at::IntArrayRef(stored.shape) != shape) {
    problems_.push_back(fmt::format("{} is {} [{}], expected F32 [{}]", name, stored.dtype,
                                    fmt::join(stored.shape, ", "), fmt::join(shape, ", ")));
    return zeros();
  }
  return CopyOf(stored, *type);
}

FoldedConv Parameters::TakeConv(const std::string& conv, at::IntArrayRef shape) {
  return {WithChannelsLast(Take(conv + ".weight", shape)), Take(conv + ".bias", shape[0])};
}

FoldedConv Parameters::TakeConv(const std::string& conv, const std::string& norm,
                                at::IntArrayRef shape, double epsilon, ConvBias bias) {
  // In double: the folded network should differ from the plain one by float32 rounding alone.
  const auto take = [&](const std::string& name, at::IntArrayRef sides) {
    return TakeOnHost(name, sides).to(at::kDouble);
  };
  const at::IntArrayRef channels = shape.slice(0, 1);
  const at::Tensor weight = take(conv + ".weight", shape);
  const at::Tensor gamma = take(norm + ".weight", channels);
  const at::Tensor beta = take(norm + ".bias", channels);
  at::Tensor mean = take(norm + ".running_mean", channels);
  const at::Tensor variance = take(norm + ".running_var", channels);
  if (bias == ConvBias::kWith) mean = mean - take(conv + ".bias", channels);
  const at::Tensor scale = gamma / (variance + epsilon).sqrt();
  return {WithChannelsLast((weight * scale.view({-1, 1, 1, 1})).to(options_)),
          (beta - mean * scale).to(options_)};
}

void Parameters::Finish() const {
  std::vector<std::string> unexpected;
  for (const auto& [name, tensor] : tensors_)
    if (!taken_.contains(name) && !IsIgnored(name))
      unexpected.push_back(fmt::format("{} is not expected", name));
  if (problems_.empty() && unexpected.empty()) return;
  Fail("{}: the weights do not fit the network: {}{}{}", file_, Shortened(problems_),
       problems_.empty() || unexpected.empty() ? "" : "; ", Shortened(unexpected));
}

void CheckNumbers(const std::string& file, const StoredTensors& tensors) {
  std::vector<std::string> damaged;
  for (const auto& [name, tensor] : tensors) {
    const std::optional<at::ScalarType> type = FloatType(tensor.dtype);
    if (!type || tensor.bytes.empty()) continue;
    // Which does not know of half precision; both are nan if one number is.
    const at::ScalarType known = *type == at::kDouble ? at::kDouble : at::kFloat;
    const auto [least, most] = at::aminmax(CopyOf(tensor, *type).to(known));
    const double low = least.item<double>();
    if (!std::isfinite(low) || !std::isfinite(most.item<double>()))
      damaged.push_back(fmt::format("{} has numbers that are not finite", name));
    else if (low < 0 && name.ends_with(".running_var"))
      damaged.push_back(fmt::format("{} has variances below 0", name));
  }
  Require(damaged.empty(), "{}: the weights are damaged: {}", file, Shortened(damaged));
}

}  // namespace gradcut
