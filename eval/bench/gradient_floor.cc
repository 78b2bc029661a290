// gradient_floor WEIGHTS FOLDER PRESET THREADS: the gradient passes of a preset's heat maps and
// nothing else, back to back: photos are decoded, resized and normalised beforehand. Prints seconds
// and processor seconds an image.
#include "gradcut/core/error.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/image/image_io.h"
#include "gradcut/segment/segmenter.h"
#include "model/network.h"
#include "model/tensor_image.h"
#include "saliency/layers.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <thread>
#include <vector>

namespace gradcut {
namespace {

double ProcessorSeconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void Run(const std::string& weights, const std::filesystem::path& folder, const std::string& preset,
         int threads) {
  UseOneThread();
  const auto classifier = Classifier::Load({.model = weights, .device = "cpu"});
  const Network& network = classifier->network();
  const SaliencyOptions options = PresetOptions(preset).saliency;
  std::vector<at::Tensor> inputs;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const cv::Mat image = ReadImage(entry.path());
    inputs.push_back(ImageToTensor(image,
                                   InputSize(image, options.scales.front(), network.native_size()),
                                   network.normalisation()));
  }
  const auto best_class = [](const at::Tensor& logits) {
    return at::zeros_like(logits).scatter(1, logits.argmax(1, /*keepdim=*/true), 1.0);
  };
  const std::vector<std::string> layers = {FeatureLayer(network.layers()).name};
  const bool by_input = options.input_gradient > 0;
  const int passes = options.mirror ? 2 : 1;
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    UseOneThread();
    for (std::size_t i = next++; i < inputs.size(); i = next++)
      for (int pass = 0; pass < passes; ++pass)
        ComputeGradients(network, inputs[i], best_class, layers, by_input);
  };
  const double processor = ProcessorSeconds();
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const auto count = static_cast<double>(inputs.size());
  fmt::print("{:.5f} {:.5f}\n", taken.count() / count, (ProcessorSeconds() - processor) / count);
}

}  // namespace
}  // namespace gradcut

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: gradient_floor WEIGHTS FOLDER PRESET THREADS\n");
    return 2;
  }
  try {
    gradcut::Run(argv[1], argv[2], argv[3], std::atoi(argv[4]));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
