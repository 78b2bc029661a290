#include "gradcut/objectness/learn_objectness.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/core/random.h"
#include "model/tensor_image.h"
#include "objectness/convolutional_objectness.h"
#include "objectness/objectness_net.h"
#include "saliency/layers.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/optim/adamw.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <numbers>
#include <numeric>

namespace gradcut {
namespace {

constexpr double kLeastArea = 0.005, kMostArea = 0.95;  // Of a mask that teaches.
constexpr double kLeastDeviation = 1e-3;
constexpr std::size_t kBatch = 16;  // Photos a step.
// Of the one-cycle schedule: the part in which the step grows, and its first and last value as
// shares of the highest.
constexpr double kWarmUp = 0.3, kFirstStep = 1.0 / 25, kLastStep = 1e-5;

using Indices = std::vector<std::size_t>;

// The photos with the best masks, in their order. Where many are equally good, all of them.
Indices Teachers(const ObjectnessSamples& samples, const ObjectnessOptions& options) {
  Indices useful;
  for (std::size_t i = 0; i < samples.grids.size(); ++i)
    if (samples.areas[i] >= kLeastArea && samples.areas[i] <= kMostArea) useful.push_back(i);
  Require(!useful.empty(), "no photo has a mask that teaches: all are empty or cover everything");
  std::vector<double> best;
  for (const std::size_t i : useful) best.push_back(samples.confidences[i]);
  std::sort(best.begin(), best.end(), std::greater<>());
  const auto count = std::lround(options.confident * static_cast<double>(best.size()));
  const double least = best[static_cast<std::size_t>(std::max(count, 1L)) - 1];
  std::erase_if(useful, [&](std::size_t i) { return samples.confidences[i] < least; });
  return useful;
}

ObjectnessSample Read(const ObjectnessSamples& samples, std::size_t index, int channels) {
  ObjectnessSample sample = samples.read(index);
  const cv::Size grid = samples.grids[index];
  Expect(cv::Size(sample.inputs.cols, sample.inputs.rows) == grid &&
             sample.inputs.values.rows == grid.area() && sample.inputs.values.cols == channels &&
             sample.targets.type() == CV_32FC1 && sample.targets.size() == grid &&
             sample.targets.isContinuous() && sample.inputs.values.isContinuous(),
         "LearnObjectness: sample {} has another shape than said", index);
  return sample;
}

InputSpread MeasureSpread(const ObjectnessSamples& samples, const Indices& photos, int channels) {
  at::Tensor sum = at::zeros({channels}, at::kDouble), squares = at::zeros({channels}, at::kDouble);
  std::int64_t cells = 0;
  for (const std::size_t index : photos) {
    const ObjectnessSample sample = Read(samples, index, channels);
    const at::Tensor values = ToTensor(sample.inputs).to(at::kDouble);
    sum += values.sum({0, 2, 3});
    squares += values.square().sum({0, 2, 3});
    cells += values.size(2) * values.size(3);
  }
  const at::Tensor mean = sum / cells;
  const at::Tensor deviation = (squares / cells - mean.square()).clamp_min(0).sqrt();
  return {mean.to(at::kFloat), deviation.clamp_min(kLeastDeviation).to(at::kFloat)};
}

at::Tensor Standardised(const at::Tensor& inputs, const InputSpread& spread) {
  return (inputs - spread.mean.view({1, -1, 1, 1})) / spread.deviation.view({1, -1, 1, 1});
}

// Learns one net, single-threaded.
class Learner {
 public:
  Learner(const ObjectnessSamples& samples, const InputSpread& spread,
          const ObjectnessOptions& options, std::uint64_t seed)
      : samples_(samples),
        options_(options),
        channels_(static_cast<int>(spread.mean.size(0))),
        spread_(spread),
        random_(seed),
        generator_(at::detail::createCPUGenerator(seed)) {
    const int hidden = std::max(options.hidden, 1);
    net_.project = Uniform({hidden, channels_, 1, 1});
    net_.project_bias = Uniform({hidden}, channels_);
    if (options.hidden == 0) return;
    if (options.context) {
      net_.context = Uniform({hidden, hidden, 1, 1});
      net_.context_bias = Uniform({hidden}, hidden);
    }
    if (options.filter) {
      net_.filter = Uniform({hidden, hidden, 3, 3});
      net_.filter_bias = Uniform({hidden}, 9L * hidden);
    }
    net_.score = Uniform({1, hidden, 1, 1});
    net_.score_bias = Uniform({1}, hidden);
  }

  // Undefined tensors if a stop was requested.
  ObjectnessNet Learn(const Indices& photos, const RunControl& control, int number) {
    std::vector<at::Tensor> parameters;
    for (const auto& [name, tensor] : net_.Tensors())
      parameters.push_back(tensor->requires_grad_());
    torch::optim::AdamW optimiser(
        parameters, torch::optim::AdamWOptions(options_.rate).weight_decay(options_.decay));
    auto& step = static_cast<torch::optim::AdamWOptions&>(optimiser.param_groups()[0].options());
    const std::size_t steps = options_.epochs * Batches(photos).size();
    std::size_t done = 0;
    for (int epoch = 1; epoch <= options_.epochs; ++epoch) {
      double loss = 0;
      const std::vector<Indices> batches = Batches(photos);
      for (const Indices& batch : batches) {
        if (control.stop.stop_requested()) return {};
        step.lr(options_.rate * OneCycle(static_cast<double>(done++) / static_cast<double>(steps)));
        optimiser.zero_grad();
        const at::Tensor batch_loss = LossOf(batch);
        batch_loss.backward();
        optimiser.step();
        loss += batch_loss.item<double>() * static_cast<double>(batch.size());
      }
      control.Info(fmt::format("net {} of {}, epoch {} of {}: loss {:.4f}", number, options_.nets,
                               epoch, options_.epochs, loss / static_cast<double>(photos.size())));
    }
    for (const auto& [name, tensor] : net_.Tensors()) *tensor = tensor->detach();
    return net_;
  }

 private:
  // Uniform in +-1 / sqrt(fan in) (He et al. 2015 with the slope that torch.nn takes).
  at::Tensor Uniform(at::IntArrayRef shape, std::int64_t fan_in = 0) {
    if (fan_in == 0) fan_in = c10::multiply_integers(shape.slice(1));
    const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
    return at::empty(shape, at::kFloat).uniform_(-bound, bound, generator_);
  }

  // A factor of the highest step, for the share of the steps that is done.
  static double OneCycle(double done) {
    const auto between = [](double from, double to, double share) {
      return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * share));
    };
    return done < kWarmUp ? between(kFirstStep, 1, done / kWarmUp)
                          : between(1, kLastStep, (done - kWarmUp) / (1 - kWarmUp));
  }

  // All photos, in a new order; those of a batch have the same grid.
  std::vector<Indices> Batches(const Indices& photos) {
    std::map<std::pair<int, int>, Indices> by_grid;
    for (const std::size_t index : photos) {
      const cv::Size grid = samples_.grids[index];
      by_grid[{grid.height, grid.width}].push_back(index);
    }
    std::vector<Indices> batches;
    for (auto& [grid, indices] : by_grid) {
      Shuffle(indices, random_);
      for (std::size_t start = 0; start < indices.size(); start += kBatch)
        batches.emplace_back(indices.begin() + static_cast<std::ptrdiff_t>(start),
                             indices.begin() + static_cast<std::ptrdiff_t>(
                                                   std::min(start + kBatch, indices.size())));
    }
    Indices order(batches.size());
    std::iota(order.begin(), order.end(), 0);
    Shuffle(order, random_);
    std::vector<Indices> shuffled;
    for (const std::size_t i : order) shuffled.push_back(std::move(batches[i]));
    return shuffled;
  }

  // Hides channels, and raises the others so that the mean stays (Tompson et al. 2015).
  at::Tensor HideChannels(const at::Tensor& x) {
    if (options_.dropout == 0) return x;
    const double kept = 1 - options_.dropout;
    return x * (at::rand({x.size(0), x.size(1), 1, 1}, generator_, at::kFloat) < kept) / kept;
  }

  at::Tensor LossOf(const Indices& batch) {
    std::vector<at::Tensor> inputs, targets;
    for (const std::size_t index : batch) {
      const ObjectnessSample sample = Read(samples_, index, channels_);
      const bool mirrored = DrawBelow(random_, 2) == 1;
      const auto seen = [mirrored](const at::Tensor& map) {
        return mirrored ? map.flip({-1}) : map.clone();
      };
      inputs.push_back(seen(ToTensor(sample.inputs)));
      targets.push_back(
          seen(at::from_blob(const_cast<float*>(sample.targets.ptr<float>()),
                             {1, sample.targets.rows, sample.targets.cols}, at::kFloat)));
    }
    const at::Tensor x = Standardised(at::cat(inputs), spread_), t = at::cat(targets);
    const at::Tensor z = LogitsOf(net_, Project(net_, HideChannels(x)),
                                  [this](const at::Tensor& h) { return HideChannels(h); });
    at::Tensor entropy = at::binary_cross_entropy_with_logits(z, t);
    if (options_.overlap == 0) return entropy;
    const at::Tensor p = z.sigmoid();
    const at::Tensor both = (p * t).sum({1, 2}), either = (p + t - p * t).sum({1, 2});
    return entropy + options_.overlap * (1 - (both + 1) / (either + 1)).mean();
  }

  const ObjectnessSamples& samples_;
  const ObjectnessOptions& options_;
  const int channels_;
  const InputSpread& spread_;
  std::mt19937_64 random_;
  at::Generator generator_;
  ObjectnessNet net_;
};

// The number to add to the logits of all photos so that the mean probability is `share`.
float CalibratedBias(const ObjectnessSamples& samples, const InputSpread& spread,
                     const ObjectnessNet& net, double share) {
  // The logits as a histogram: memory does not grow with the photos, and a bin is 0.01 wide.
  constexpr int kBins = 8192;
  constexpr double kWidth = 0.01, kLeast = -kBins / 2 * kWidth;
  std::vector<double> bins(kBins);
  const int channels = static_cast<int>(spread.mean.size(0));
  for (std::size_t i = 0; i < samples.grids.size(); ++i) {
    const ObjectnessSample sample = Read(samples, i, channels);
    const at::Tensor x = Standardised(ToTensor(sample.inputs), spread);
    const at::Tensor z = LogitsOf(net, Project(net, x)).contiguous();
    for (std::int64_t cell = 0; cell < z.numel(); ++cell) {
      const double bin = (z.const_data_ptr<float>()[cell] - kLeast) / kWidth;
      bins[static_cast<std::size_t>(std::clamp(bin, 0.0, kBins - 1.0))] +=
          1.0 / static_cast<double>(z.numel());
    }
  }
  double low = kLeast, high = -kLeast;
  while (high - low > 1e-6) {
    const double bias = (low + high) / 2;
    double mean = 0;
    for (int bin = 0; bin < kBins; ++bin)
      mean += bins[bin] / (1 + std::exp(-(kLeast + (bin + 0.5) * kWidth + bias)));
    (mean < share * static_cast<double>(samples.grids.size()) ? low : high) = bias;
  }
  return static_cast<float>(low);
}

}  // namespace

FeatureMap JoinLayers(const FeatureMap& features, const std::vector<FeatureMap>& layers) {
  Expect(!features.empty() && !layers.empty(), "JoinLayers: no layers");
  std::vector<at::Tensor> parts;
  for (const FeatureMap& layer : layers)
    parts.push_back(ToGrid(ToTensor(layer), features.rows, features.cols));
  const at::Tensor joined = at::cat(parts, 1)[0].permute({1, 2, 0}).flatten(0, 1);
  return {features.rows, features.cols, TensorToMat(joined)};
}

std::shared_ptr<const ObjectnessHead> LearnObjectness(const ObjectnessSamples& samples,
                                                      const std::string& architecture,
                                                      const std::vector<HeadLayer>& layers,
                                                      const ObjectnessOptions& options,
                                                      const RunControl& control) {
  Validate(options);
  Expect(samples.grids.size() == samples.confidences.size() &&
             samples.grids.size() == samples.areas.size(),
         "LearnObjectness: {} grids, {} confidences, {} areas", samples.grids.size(),
         samples.confidences.size(), samples.areas.size());
  UseOneThread();
  const Indices teachers = Teachers(samples, options);
  const InputSpread spread = MeasureSpread(samples, teachers, ChannelsOf(layers));

  // Each net learns from a share of its own, if there are enough photos.
  Indices order = teachers;
  std::mt19937_64 random(options.seed);
  Shuffle(order, random);
  const auto nets = static_cast<std::size_t>(options.nets);
  std::vector<ObjectnessNet> learned(nets);
  std::mutex logging;
  RunControl quiet = control;
  quiet.progress = {};
  quiet.log = [&](LogLevel level, const std::string& message) {
    const std::lock_guard lock(logging);
    if (control.log) control.log(level, message);
  };
  const auto learn = [&](std::size_t number) -> Completion {
    UseOneThread();
    Indices photos;
    for (std::size_t i = 0; i < order.size(); ++i)
      if (nets == 1 || order.size() < nets || i % nets == number) photos.push_back(order[i]);
    std::sort(photos.begin(), photos.end());
    learned[number] = Learner(samples, spread, options, options.seed + number)
                          .Learn(photos, quiet, static_cast<int>(number) + 1);
    return [] {};
  };
  if (WorkInOrder(nets, quiet, learn) < nets || control.stop.stop_requested()) return nullptr;
  const at::NoGradGuard no_grad;
  ObjectnessNet all = SideBySide(learned);
  for (const auto& [name, tensor] : all.Tensors())  // As it is stored.
    *tensor = tensor->to(at::kHalf).to(at::kFloat);
  const float bias = CalibratedBias(samples, spread, all, options.share);
  return std::make_shared<ConvolutionalObjectness>(architecture, layers, spread, all, bias,
                                                   samples.corrected);
}

}  // namespace gradcut
