#include "objectness/convolutional_objectness.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "model/tensor_image.h"
#include "saliency/layers.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr int kMostNets = 16;
constexpr std::int64_t kMostChannels = 65536;

at::Tensor Load(const SafetensorsFile& file, const std::string& name) {
  const auto found = file.tensors().find(name);
  if (found == file.tensors().end()) return {};
  const auto& [dtype, shape, bytes] = found->second;
  Require(dtype == "F16" || dtype == "F32", "{}: '{}' is of type {}, expected F16 or F32",
          Printable(file.path()), name, dtype);
  at::Tensor tensor = at::empty(shape, dtype == "F16" ? at::kHalf : at::kFloat);
  std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
  tensor = tensor.to(at::kFloat);
  Require(at::isfinite(tensor).all().item<bool>(), "{}: a weight of '{}' is not finite",
          Printable(file.path()), name);
  return tensor;
}

int ReadCount(const SafetensorsFile& file, const std::string& name) {
  const std::string text = file.Field(name);
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && end == text.data() + text.size() ? count : 0;
}

// Empty for what is no list of layers.
std::vector<HeadLayer> ReadLayers(const SafetensorsFile& file) {
  const auto json = nlohmann::json::parse(file.Field("layers"), nullptr, false);
  std::vector<HeadLayer> layers;
  if (!json.is_array()) return {};
  for (const nlohmann::json& each : json) {
    if (!each.is_array() || each.size() != 2 || !each[0].is_string() ||
        !each[1].is_number_integer())
      return {};
    const auto channels = each[1].get<std::int64_t>();
    if (channels < 1 || channels > kMostChannels) return {};
    layers.push_back({each[0].get<std::string>(), static_cast<int>(channels)});
  }
  return layers;
}

// Whether all shapes are what `ObjectnessNet` says, for that many inputs.
bool IsConsistent(ObjectnessNet net, int inputs) {
  if (!net.project.defined() || net.project.dim() != 4 || net.nets < 1 || net.nets > kMostNets)
    return false;
  const std::int64_t width = net.project.size(0), hidden = width / net.nets;
  if (hidden * net.nets != width || (hidden != 1 && !net.score.defined())) return false;
  const std::map<std::string, std::vector<std::int64_t>> shapes = {
      {"project", {width, inputs, 1, 1}},  {"project_bias", {width}},
      {"context", {width, hidden, 1, 1}},  {"context_bias", {width}},
      {"filter", {width, hidden, 3, 3}},   {"filter_bias", {width}},
      {"score", {net.nets, hidden, 1, 1}}, {"score_bias", {net.nets}}};
  for (const auto& [name, tensor] : net.Tensors())
    if (tensor->sizes() != at::IntArrayRef(shapes.at(name))) return false;
  return net.project_bias.defined() && net.context.defined() == net.context_bias.defined() &&
         net.filter.defined() == net.filter_bias.defined() &&
         net.score.defined() == net.score_bias.defined();
}

}  // namespace

int ChannelsOf(const std::vector<HeadLayer>& layers) {
  int channels = 0;
  for (const HeadLayer& layer : layers) channels += layer.channels;
  return channels;
}

at::Tensor ToGrid(const at::Tensor& layer, int rows, int cols) {
  if (layer.size(2) == rows && layer.size(3) == cols) return layer;
  if (layer.size(2) >= rows && layer.size(3) >= cols)
    return at::adaptive_avg_pool2d(layer, {rows, cols});
  return at::upsample_bilinear2d(layer, {rows, cols}, /*align_corners=*/false);
}

ConvolutionalObjectness::ConvolutionalObjectness(std::string architecture,
                                                 std::vector<HeadLayer> layers, InputSpread spread,
                                                 ObjectnessNet net, float bias, int corrected)
    : ObjectnessHead(std::move(architecture), std::move(layers)),
      spread_(std::move(spread)),
      net_(std::move(net)),
      bias_(bias),
      corrected_(corrected) {
  const at::NoGradGuard no_grad;
  const at::Tensor raw = net_.project / spread_.deviation.view({1, -1, 1, 1});
  projection_bias_ = (net_.project_bias - (raw * spread_.mean.view({1, -1, 1, 1})).sum({1, 2, 3}))
                         .view({1, -1, 1, 1});
  std::int64_t start = 0;
  for (const HeadLayer& layer : this->layers()) {
    projections_.push_back(raw.narrow(1, start, layer.channels).contiguous());
    start += layer.channels;
  }
}

std::shared_ptr<ObjectnessHead> ConvolutionalObjectness::Read(const SafetensorsFile& file) {
  ObjectnessNet net;
  net.nets = ReadCount(file, "nets");
  net.project = Load(file, "project");
  net.project_bias = Load(file, "project_bias");
  net.context = Load(file, "context");
  net.context_bias = Load(file, "context_bias");
  net.filter = Load(file, "filter");
  net.filter_bias = Load(file, "filter_bias");
  net.score = Load(file, "score");
  net.score_bias = Load(file, "score_bias");
  const std::vector<HeadLayer> layers = ReadLayers(file);
  const InputSpread spread = {Load(file, "mean"), Load(file, "deviation")};
  const at::Tensor bias = Load(file, "bias");
  const std::vector<std::int64_t> inputs = {ChannelsOf(layers)};
  Require(!layers.empty() && IsConsistent(net, ChannelsOf(layers)) && spread.mean.defined() &&
              spread.deviation.defined() && spread.mean.sizes() == at::IntArrayRef(inputs) &&
              spread.deviation.sizes() == at::IntArrayRef(inputs) &&
              (spread.deviation > 0).all().item<bool>() && bias.defined() && bias.numel() == 1,
          "{}: not an objectness head: make one with gradcut adapt", Printable(file.path()));
  return std::make_shared<ConvolutionalObjectness>(file.Field("architecture"), layers, spread, net,
                                                   bias.item<float>(),
                                                   std::max(0, ReadCount(file, "corrected_masks")));
}

cv::Mat ConvolutionalObjectness::Probability(const FeatureMap& features,
                                             const std::vector<FeatureMap>& seen) const {
  Expect(!features.empty() && seen.size() == layers().size(),
         "ObjectnessHead: {} layers, expected {}", seen.size(), layers().size());
  UseOneThread();
  const at::NoGradGuard no_grad;
  at::Tensor projected = projection_bias_;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    Expect(!seen[i].empty() && seen[i].values.cols == layers()[i].channels,
           "ObjectnessHead: {} channels of {}, expected {}", seen[i].values.cols, layers()[i].name,
           layers()[i].channels);
    // A sum over channels and a mean over cells may change places: the smaller grid comes first.
    at::Tensor layer = ToTensor(seen[i]);
    if (seen[i].rows > features.rows) layer = ToGrid(layer, features.rows, features.cols);
    layer = at::conv2d(layer, projections_[i]);
    projected = projected + ToGrid(layer, features.rows, features.cols);
  }
  return TensorToMat((LogitsOf(net_, projected)[0] + bias_).sigmoid());
}

void ConvolutionalObjectness::Write(const std::filesystem::path& path) const {
  std::map<std::string, at::Tensor> kept = {{"mean", spread_.mean.contiguous()},
                                            {"deviation", spread_.deviation.contiguous()},
                                            {"bias", at::full({1}, bias_)}};
  ObjectnessNet net = net_;
  for (const auto& [name, tensor] : net.Tensors())
    kept[name] = tensor->detach().to(at::kHalf).contiguous();
  StoredTensors tensors;
  for (const auto& [name, tensor] : kept)
    tensors[name] = {tensor.scalar_type() == at::kHalf ? "F16" : "F32",
                     tensor.sizes().vec(),
                     {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}};
  nlohmann::json layers = nlohmann::json::array();
  for (const HeadLayer& layer : this->layers()) layers.push_back({layer.name, layer.channels});
  std::map<std::string, std::string> fields = {{"format", kFormat},
                                               {"architecture", architecture()},
                                               {"layers", layers.dump()},
                                               {"nets", std::to_string(net_.nets)}};
  if (corrected_ > 0) fields["corrected_masks"] = std::to_string(corrected_);
  WriteSafetensors(path, tensors, fields);
}

}  // namespace gradcut
