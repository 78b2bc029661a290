#include "gradcut/workflow/fit.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/dataset/image_labels.h"
#include "gradcut/image/image_io.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/saliency/evidence.h"
#include "gradcut/storage/file.h"
#include "storage/attempt.h"
#include "workflow/extra_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <set>

namespace gradcut {
namespace {

// With fewer images that show it, a class is hardly learned.
constexpr int kFewExamples = 5;

std::vector<std::string> ClassesIn(const std::vector<LabelledImage>& images) {
  std::set<std::string> classes;
  for (const LabelledImage& image : images)
    classes.insert(image.classes.begin(), image.classes.end());
  return {classes.begin(), classes.end()};
}

// What is learned from: one row an image that could be read.
struct LabelledSample {
  cv::Mat features;  // CV_32FC1, images x channels.
  cv::Mat shown;     // CV_8UC1, images x classes.
  std::size_t failures = 0;
  bool complete = false;
};

LabelledSample ReadSample(const std::vector<LabelledImage>& images,
                          const std::vector<std::string>& classes, const Classifier& classifier,
                          const FitOptions& options, const RunControl& control) {
  LabelledSample sample;
  const auto work = [&](std::size_t index) -> Completion {
    cv::Mat pooled;
    const std::string failure = FailureOf(images[index].path, [&] {
      const Evidence evidence =
          GatherEvidence(classifier, ReadImage(images[index].path, options.read), {}, options.size);
      cv::reduce(evidence.last.values, pooled, /*dim=*/0, cv::REDUCE_AVG);
      Require(cv::checkRange(pooled), "{}: the activations are not finite",
              Printable(images[index].path));
    });
    return [&, index, failure, pooled] {
      if (failure.empty()) {
        cv::Mat row(1, static_cast<int>(classes.size()), CV_8UC1, cv::Scalar(0));
        for (const std::string& name : images[index].classes)
          row.at<std::uint8_t>(static_cast<int>(
              std::lower_bound(classes.begin(), classes.end(), name) - classes.begin())) = 1;
        sample.features.push_back(pooled);
        sample.shown.push_back(row);
      } else {
        control.Error(failure);
        ++sample.failures;
      }
      control.Report({index + 1, images.size(), sample.failures});
    };
  };
  sample.complete = WorkInOrder(images.size(), control, work) == images.size();
  return sample;
}

void WarnOfPoorClasses(const HeadFit& fit, int images, const RunControl& control) {
  for (std::size_t c = 0; c < fit.classes.size(); ++c) {
    const std::string name = Printable(fit.head.classes[c]);
    const int examples = fit.classes[c].examples;
    if (examples == images)
      control.Warning(
          fmt::format("class '{}' is in every image: there is nothing to tell it from; "
                      "add images without it",
                      name));
    else if (examples < kFewExamples)
      control.Warning(
          fmt::format("class '{}' is in {} image{}, fewer than {}: it is hardly learned; "
                      "add images of it",
                      name, examples, examples == 1 ? "" : "s", kFewExamples));
  }
}

// What there is to learn from; it has images.
ImageLabels ReadLabels(const FitOptions& options, const RunControl& control) {
  ImageLabels labels = ReadImageLabels(options.labels);
  RequireSomeImage(labels.images, options.labels.labels, "--images");
  const ImageLabels extra = ReadExtraImages(options.extra, options.extra_images, labels.images);
  for (const ImageLabels& each : {labels, extra}) {
    for (const std::string& note : each.notes) control.Info(note);
    for (const std::string& warning : each.warnings) control.Warning(warning);
    for (const std::string& problem : each.problems) control.Error(problem);
  }
  labels.images.insert(labels.images.end(), extra.images.begin(), extra.images.end());
  // Folds are drawn by number: another order of lines must not change them.
  std::sort(labels.images.begin(), labels.images.end(),
            [](const LabelledImage& a, const LabelledImage& b) { return a.path < b.path; });
  labels.problems.insert(labels.problems.end(), extra.problems.begin(), extra.problems.end());
  return labels;
}

}  // namespace

FitSummary FitClasses(const FitOptions& options, const RunControl& control) {
  CheckReplacesHead(options.output);
  const ImageLabels labels = ReadLabels(options, control);
  const std::vector<LabelledImage>& images = labels.images;
  const std::vector<std::string> classes = ClassesIn(images);
  Require(!classes.empty(), "{}: no image has a class", Printable(options.labels.labels));
  Recipe recipe;
  recipe.classifier = options.classifier;
  const auto classifier = LoadClassifier(recipe);
  Require(LastChannels(*classifier) > 0, "{}: names no layers, which the head would look at",
          Printable(classifier->info().file));
  const LabelledSample sample = ReadSample(images, classes, *classifier, options, control);
  if (!sample.complete) return {.interrupted = true};
  Require(sample.features.rows >= 2 * options.head.folds,
          "{} images could be read, {} are needed: two for each of the --folds",
          sample.features.rows, 2 * options.head.folds);
  FitSummary summary = {.fit = FitHead(sample.features, sample.shown, classes, options.head),
                        .failed = sample.failures,
                        .problems = labels.problems.size()};
  summary.fit.head.architecture = classifier->info().architecture;
  summary.fit.head.size = options.size;
  WriteHead(summary.fit.head, options.output);
  WarnOfPoorClasses(summary.fit, sample.features.rows, control);
  return summary;
}

}  // namespace gradcut
