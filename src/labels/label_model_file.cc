#include "gradcut/labels/label_model_file.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"

#include <fmt/format.h>

#include <functional>
#include <list>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr char kModelFormat[] = "gradcut-label-model-2";

using Visit = std::function<void(const std::string& name, cv::Mat& values)>;

// Shows every matrix of a network's model to `visit`; scales and gates by `numbers`, a row a class:
// quantile and deviation of the dense scores, those of the instances', the gate.
void VisitNetwork(std::size_t number, NetworkModel& network, cv::Mat& numbers, const Visit& visit) {
  const auto visit_model = [&](const std::string& prefix, CellModel& model) {
    visit(prefix + "weights", model.weights);
    visit(prefix + "bias", model.bias);
  };
  visit(fmt::format("{}.classes", number), numbers);
  for (std::size_t f = 0; f < network.heads.size(); ++f)
    visit_model(fmt::format("{}.head.{}.", number, f), network.heads[f]);
  for (std::size_t f = 0; f < network.nets.size(); ++f) {
    visit_model(fmt::format("{}.net.{}.hidden_", number, f), network.nets[f].hidden);
    visit_model(fmt::format("{}.net.{}.", number, f), network.nets[f].labels);
  }
}

cv::Mat NumbersOf(const NetworkModel& network) {
  cv::Mat numbers(static_cast<int>(network.gates.size()), 5, CV_64FC1);
  for (int i = 0; i < numbers.rows; ++i) {
    const auto c = static_cast<std::size_t>(i);
    const double row[] = {network.dense[c].quantile, network.dense[c].deviation,
                          network.instances[c].quantile, network.instances[c].deviation,
                          network.gates[c]};
    std::copy(std::begin(row), std::end(row), numbers.ptr<double>(i));
  }
  return numbers;
}

void SetNumbers(const cv::Mat& numbers, NetworkModel& network) {
  for (int i = 0; i < numbers.rows; ++i) {
    const double* const row = numbers.ptr<double>(i);
    network.dense.push_back({row[0], row[1]});
    network.instances.push_back({row[2], row[3]});
    network.gates.push_back(row[4]);
  }
}

bool IsModel(const CellModel& model, int inputs, int scores) {
  const auto is_matrix = [scores](const cv::Mat& mat, int rows) {
    return !mat.empty() && mat.type() == CV_32FC1 && mat.size() == cv::Size(scores, rows) &&
           cv::checkRange(mat);
  };
  return is_matrix(model.weights, inputs) && is_matrix(model.bias, 1);
}

// Whether scores of all classes come out of the heads, and of all labels out of the nets.
bool IsWhole(const NetworkModel& network) {
  const int classes = static_cast<int>(network.gates.size());
  const int inputs = network.heads.front().weights.rows;
  bool whole = classes > 0;
  for (const CellModel& head : network.heads) whole = whole && IsModel(head, inputs, classes);
  for (const CellNet& net : network.nets) {
    const int hidden = net.hidden.weights.cols;
    whole =
        whole && IsModel(net.hidden, inputs, hidden) && IsModel(net.labels, hidden, classes + 1);
  }
  return whole;
}

}  // namespace

void WriteLabelModel(const LabelModel& model, const std::string& origin,
                     const std::filesystem::path& path) {
  StoredTensors tensors;
  std::list<cv::Mat> numbers;  // As long as their bytes are needed.
  bool nets = false;
  for (std::size_t n = 0; n < model.networks.size(); ++n) {
    NetworkModel network = model.networks[n];
    nets = !network.nets.empty();
    VisitNetwork(n, network, numbers.emplace_back(NumbersOf(network)),
                 [&](const std::string& name, cv::Mat& mat) {
                   tensors[name] = {mat.depth() == CV_64F ? "F64" : "F32",
                                    {mat.rows, mat.cols},
                                    {reinterpret_cast<const std::byte*>(mat.data),
                                     mat.total() * mat.elemSize()}};
                 });
  }
  WriteSafetensors(path, tensors,
                   {{"format", kModelFormat},
                    {"origin", origin},
                    {"networks", fmt::format("{}", model.networks.size())},
                    {"nets", nets ? "1" : "0"}});
}

std::optional<LabelModel> ReadLabelModel(const std::string& origin,
                                         const std::filesystem::path& path) {
  if (std::error_code ignored; !std::filesystem::exists(path, ignored)) return std::nullopt;
  const SafetensorsFile file = SafetensorsFile::Open(path);
  if (file.Field("format") == kModelFormat && file.Field("origin") != origin) return std::nullopt;
  LabelModel model;
  bool whole = file.Field("format") == kModelFormat;
  for (std::size_t n = 0; whole && file.Field("networks") != fmt::format("{}", n); ++n) {
    NetworkModel network;
    network.heads.resize(kLabelFolds);
    if (file.Field("nets") == "1") network.nets.resize(kLabelFolds);
    cv::Mat numbers;
    VisitNetwork(n, network, numbers,
                 [&](const std::string& name, cv::Mat& mat) { mat = file.Matrix(name, 2); });
    whole = !numbers.empty() && numbers.type() == CV_64FC1 && numbers.cols == 5;
    if (!whole) break;
    SetNumbers(numbers, network);
    whole = IsWhole(network);
    model.networks.push_back(std::move(network));
  }
  Require(whole && !model.networks.empty(),
          "{}: not what gradcut label keeps of a round; remove it", Printable(path));
  return model;
}

}  // namespace gradcut
