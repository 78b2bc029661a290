#include "model/parameters.h"

#include "gradcut/core/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

namespace gradcut {
namespace {

// Batch norms carry a counter that inference has no use for.
bool IsIgnored(const std::string& name) { return name.ends_with(".num_batches_tracked"); }

}  // namespace

at::Tensor Parameters::Take(const std::string& name, at::IntArrayRef shape) {
  return TakeOnHost(name, shape).to(options_);
}

at::Tensor Parameters::TakeOnHost(const std::string& name, at::IntArrayRef shape) {
  at::Tensor tensor = at::zeros(shape, at::kFloat);
  taken_.insert(name);
  const auto found = file_.tensors().find(name);
  if (found == file_.tensors().end()) {
    problems_.push_back(fmt::format("{} is missing", name));
    return tensor;
  }
  const SafetensorsFile::Tensor& stored = found->second;
  if (stored.dtype != "F32" || at::IntArrayRef(stored.shape) != shape) {
    problems_.push_back(fmt::format("{} is {} [{}], expected F32 [{}]", name, stored.dtype,
                                    fmt::join(stored.shape, ", "), fmt::join(shape, ", ")));
    return tensor;
  }
  std::memcpy(tensor.data_ptr(), stored.bytes.data(), stored.bytes.size());
  return tensor;
}

FoldedConv Parameters::TakeConv(const std::string& conv, const std::string& norm,
                                at::IntArrayRef shape, double epsilon) {
  // In double: the folded network should differ from the plain one by float32 rounding alone.
  const at::Tensor weight = TakeOnHost(conv + ".weight", shape).to(at::kDouble);
  const auto channels = {shape[0]};
  const at::Tensor gamma = TakeOnHost(norm + ".weight", channels).to(at::kDouble);
  const at::Tensor beta = TakeOnHost(norm + ".bias", channels).to(at::kDouble);
  const at::Tensor mean = TakeOnHost(norm + ".running_mean", channels).to(at::kDouble);
  const at::Tensor variance = TakeOnHost(norm + ".running_var", channels).to(at::kDouble);
  const at::Tensor scale = gamma / (variance + epsilon).sqrt();
  return {
      (weight * scale.view({-1, 1, 1, 1})).to(options_).contiguous(at::MemoryFormat::ChannelsLast),
      (beta - mean * scale).to(options_)};
}

void Parameters::Finish() const {
  std::vector<std::string> problems = problems_;
  for (const auto& [name, tensor] : file_.tensors())
    if (!taken_.contains(name) && !IsIgnored(name))
      problems.push_back(fmt::format("{} is not expected", name));
  if (problems.empty()) return;
  constexpr std::size_t kShown = 5;
  const std::size_t count = problems.size();
  if (count > kShown) problems.resize(kShown);
  Fail("{}: the weights do not fit the network: {}{}", file_.path().string(),
       fmt::join(problems, "; "),
       count > kShown ? fmt::format("; and {} more", count - kShown) : "");
}

}  // namespace gradcut
