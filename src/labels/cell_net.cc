#include "gradcut/labels/cell_net.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/random.h"
#include "learn/standardise.h"
#include "model/tensor_image.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/optim/adamw.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// How much each cell counts, cells x 1; the mean is 1.
cv::Mat CellWeights(const cv::Mat& targets) {
  cv::Mat by_label, rarity;
  cv::reduce(targets, by_label, 0, cv::REDUCE_SUM);
  cv::pow(cv::max(by_label, 1e-3), -0.5, rarity);
  const cv::Mat weights = targets * rarity.t();
  return weights / cv::mean(weights)[0];
}

// The same memory.
at::Tensor View(const cv::Mat& mat) {
  return at::from_blob(const_cast<float*>(mat.ptr<float>()), {mat.rows, mat.cols}, at::kFloat);
}

class Learner {
 public:
  Learner(const cv::Mat& inputs, const cv::Mat& targets, const CellNetOptions& options)
      : options_(options),
        standard_(Standardise(inputs)),
        cell_weights_(CellWeights(targets)),
        // The last column of the design is the bias's.
        inputs_(View(standard_.design).narrow(1, 0, inputs.cols)),
        targets_(View(targets)),
        weights_(View(cell_weights_)),
        random_(options.seed),
        generator_(at::detail::createCPUGenerator(options.seed)),
        parameters_({Uniform(inputs.cols, options.hidden), at::zeros({1, options.hidden}),
                     Uniform(options.hidden, targets.cols), at::zeros({1, targets.cols})}) {}

  CellNet Learn(const std::stop_token& stop) {
    for (at::Tensor& parameter : parameters_) parameter.requires_grad_();
    torch::optim::AdamW optimiser(
        parameters_, torch::optim::AdamWOptions(options_.rate).weight_decay(options_.decay));
    auto& step = static_cast<torch::optim::AdamWOptions&>(optimiser.param_groups()[0].options());
    std::vector<std::int64_t> order(static_cast<std::size_t>(inputs_.size(0)));
    std::iota(order.begin(), order.end(), 0);
    const std::size_t batch = std::min<std::size_t>(options_.batch, order.size());
    const std::size_t batches = order.size() / batch, steps = batches * options_.epochs;
    for (std::size_t done = 0; done < steps; ++done) {
      if (stop.stop_requested()) return {};
      if (done % batches == 0) Shuffle(order, random_);
      step.lr(options_.rate * (1 - static_cast<double>(done) / static_cast<double>(steps)));
      optimiser.zero_grad();
      LossOf(at::from_blob(order.data() + done % batches * batch,
                           {static_cast<std::int64_t>(batch)}, at::kLong))
          .backward();
      optimiser.step();
    }
    return Result();
  }

 private:
  // Uniform in +-1 / sqrt(inputs) (He et al. 2015 with the slope that torch.nn takes).
  at::Tensor Uniform(std::int64_t inputs, std::int64_t outputs) {
    const double bound = 1 / std::sqrt(static_cast<double>(inputs));
    return at::empty({inputs, outputs}, at::kFloat).uniform_(-bound, bound, generator_);
  }

  at::Tensor Hide(const at::Tensor& x, double share) {
    if (share == 0) return x;
    return x * at::empty_like(x).bernoulli_(1 - share, generator_) / (1 - share);
  }

  at::Tensor LossOf(const at::Tensor& cells) {
    const at::Tensor x = Hide(inputs_.index_select(0, cells), options_.input_dropout);
    const at::Tensor hidden =
        Hide(at::relu(at::addmm(parameters_[1], x, parameters_[0])), options_.hidden_dropout);
    const at::Tensor logs = at::log_softmax(at::addmm(parameters_[3], hidden, parameters_[2]), 1);
    const at::Tensor weighted = targets_.index_select(0, cells) * weights_.index_select(0, cells);
    return -(weighted * logs).sum() / cells.size(0);
  }

  // For inputs as they are.
  CellNet Result() {
    std::vector<cv::Mat> learned;
    for (const at::Tensor& parameter : parameters_)
      learned.push_back(TensorToMat(parameter.detach()));
    return {Unstandardised(standard_, learned[0], learned[1]), {learned[2], learned[3]}};
  }

  const CellNetOptions& options_;
  const Standardised standard_;
  const cv::Mat cell_weights_;
  const at::Tensor inputs_, targets_, weights_;
  std::mt19937_64 random_;
  at::Generator generator_;
  std::vector<at::Tensor> parameters_;  // As in CellNet.
};

}  // namespace

cv::Mat CellScores(const CellNet& net, const cv::Mat& inputs) {
  return CellScores(net.labels, cv::max(CellScores(net.hidden, inputs), 0.0));
}

CellNet LearnCellNet(const cv::Mat& inputs, const cv::Mat& targets, const CellNetOptions& options,
                     const std::stop_token& stop) {
  if (inputs.type() != CV_32FC1 || targets.type() != CV_32FC1 || inputs.empty() ||
      targets.empty() || inputs.rows != targets.rows || !targets.isContinuous())
    throw std::invalid_argument(
        fmt::format("LearnCellNet: {} rows of inputs, {} of targets", inputs.rows, targets.rows));
  CheckFinite(inputs, "LearnCellNet: inputs");
  CheckFinite(targets, "LearnCellNet: targets");
  UseOneThread();
  return Learner(inputs, targets, options).Learn(stop);
}

}  // namespace gradcut
