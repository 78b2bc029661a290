#include "cli/batch.h"
#include "cli/engine.h"
#include "cli/fit_flags.h"
#include "cli/output_paths.h"
#include "gradcut/core/in_order.h"
#include "gradcut/io/file.h"
#include "gradcut/io/image_io.h"
#include "gradcut/labels/image_labels.h"
#include "gradcut/priors/linear_head.h"
#include "gradcut/saliency/evidence.h"
#include "io/attempt.h"

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
struct Lessons {
  cv::Mat features;  // CV_32FC1, images x channels.
  cv::Mat shown;     // CV_8UC1, images x classes.
  std::size_t failures = 0;
  bool complete = false;
};

Lessons ReadLessons(const std::vector<LabelledImage>& images,
                    const std::vector<std::string>& classes, const Classifier& classifier,
                    const FitFlags& flags, Console& console) {
  Lessons lessons;
  const auto work = [&](std::size_t index) -> Turn {
    cv::Mat pooled;
    const std::string failure = FailureOf(images[index].path, [&] {
      const Evidence evidence =
          GatherEvidence(classifier, ReadImage(images[index].path, flags.run.read), {}, flags.size);
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
        lessons.features.push_back(pooled);
        lessons.shown.push_back(row);
      } else {
        console.Error(failure);
        ++lessons.failures;
      }
      console.Progress(index + 1, images.size(), lessons.failures);
    };
  };
  lessons.complete = WorkInOrder(images.size(), flags.run.jobs, work) == images.size();
  return lessons;
}

void WarnOfPoorClasses(const HeadFit& fit, int images, Console& console) {
  for (std::size_t c = 0; c < fit.classes.size(); ++c) {
    const std::string name = Printable(fit.head.classes[c]);
    const int examples = fit.classes[c].examples;
    if (examples == images)
      console.Warning(
          fmt::format("class '{}' is in every image: there is nothing to tell it from; "
                      "add images without it",
                      name));
    else if (examples < kFewExamples)
      console.Warning(
          fmt::format("class '{}' is in {} image{}, fewer than {}: it is hardly learned; "
                      "add images of it",
                      name, examples, examples == 1 ? "" : "s", kFewExamples));
  }
}

std::string PrecisionText(double precision) {
  return std::isnan(precision) ? "-" : fmt::format("{:.3f}", precision);
}

void PrintTable(const HeadFit& fit) {
  fmt::print("{:<20} {:>8} {:>18}\n", "class", "images", "average precision");
  for (std::size_t c = 0; c < fit.classes.size(); ++c)
    fmt::print("{:<20} {:>8} {:>18}\n", Printable(fit.head.classes[c]), fit.classes[c].examples,
               PrecisionText(fit.classes[c].average_precision));
  fmt::print("{:<20} {:>8} {:>18}\n", "mean", "", PrecisionText(fit.mean_average_precision));
}

// Without this each image would be said to be missing.
void RequireSomeImage(const std::vector<LabelledImage>& images, const FitFlags& flags) {
  const auto exists = [](const LabelledImage& image) {
    std::error_code ignored;
    return std::filesystem::exists(image.path, ignored);
  };
  Require(std::any_of(images.begin(), images.end(), exists),
          "{}: none of its {} images is a file here, {} for one{}", Printable(flags.labels),
          images.size(), Printable(images.front().path),
          flags.images.empty() ? ": name their folder with --images" : "");
}

ExitStatus Run(const FitFlags& flags) {
  if (flags.output.empty()) throw UsageError("-o FILE is required");
  CheckOutputFile(flags.output, {flags.labels});
  Console console(flags.run.effective_log_level());
  const std::vector<LabelledImage> images = ReadImageLabels(flags.labels, flags.images);
  RequireSomeImage(images, flags);
  const std::vector<std::string> classes = ClassesIn(images);
  Require(!classes.empty(), "{}: no image has a class", Printable(flags.labels));
  Recipe recipe;
  recipe.classifier = flags.classifier;
  const auto classifier = LoadClassifier(recipe);
  Require(LastChannels(*classifier) > 0, "{}: names no layers, which the head would look at",
          Printable(classifier->info().file));
  const Lessons lessons = ReadLessons(images, classes, *classifier, flags, console);
  if (!lessons.complete) {
    console.Info("interrupted: nothing was written");
    return kExitInterrupted;
  }
  Require(lessons.features.rows >= 2 * flags.head.folds,
          "{} images could be read, {} are needed: two for each of the --folds",
          lessons.features.rows, 2 * flags.head.folds);
  HeadFit fit = FitHead(lessons.features, lessons.shown, classes, flags.head);
  fit.head.architecture = classifier->info().architecture;
  fit.head.size = flags.size;
  WriteHead(fit.head, flags.output);
  PrintTable(fit);
  WarnOfPoorClasses(fit, lessons.features.rows, console);
  console.Info(fmt::format("the head is {}: use it with --head", Printable(flags.output)));
  return lessons.failures > 0 ? kExitFailed : kExitDone;
}

[[maybe_unused]] const bool kDefined = fit_body.Define(Run);

}  // namespace
}  // namespace gradcut
