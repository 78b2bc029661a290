#include "metrics/mask_readings.h"

#include "gradcut/core/image.h"
#include "gradcut/metrics/evaluate.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>

#include <numeric>
#include <string_view>

namespace gradcut {
namespace {

std::size_t At(std::span<const std::size_t> ways, ReadAs how) {
  return ways[static_cast<std::size_t>(how)];
}

std::vector<ReadingCount> CountsOf(std::span<const std::size_t> ways, MaskValues forced) {
  std::vector<ReadingCount> counts;
  for (std::size_t how = 0; how < ways.size(); ++how)
    if (ways[how] > 0) counts.push_back({Described(static_cast<ReadAs>(how), forced), ways[how]});
  return counts;
}

// "gt/a.png: has", or "3 truths, gt/a.png for one, have".
std::string Have(std::size_t count, const std::string& first, std::string_view what = "truths") {
  if (count == 1) return first + ": has";
  return fmt::format("{} {}, {} for one, have", count, what, first);
}

cv::Mat ObjectIn(const ReadLabels& read) { return (read.labels != 0) & (read.labels != kVoid); }

std::string DisputeText(std::span<const std::size_t> ways, WhiteMeans settled,
                        std::string_view what) {
  const std::string_view taken = settled == WhiteMeans::kIsVoid     ? "void in all"
                                 : settled == WhiteMeans::kIsObject ? "object in all"
                                                                    : "what it looks like in each";
  return fmt::format(
      "{} have 255 in {} files beside class indices, as void, and in {} as object: it is taken for "
      "{}; --mask-values says otherwise",
      what, At(ways, ReadAs::kIdsAndVoid), At(ways, ReadAs::kBright) + At(ways, ReadAs::kSoft),
      taken);
}

}  // namespace

void MaskReadings::Files::Add(const std::filesystem::path& path) {
  if (count++ == 0) first = Printable(path);
}

void MaskReadings::AddTruth(const std::filesystem::path& path, const ReadLabels& read) {
  ++truths_[static_cast<std::size_t>(read.how)];
  double least = 0, largest = 0;
  cv::minMaxLoc(read.labels, &least, &largest, nullptr, nullptr, ObjectIn(read));
  if (largest == 0 && read.how != ReadAs::kNothing) without_object_.Add(path);
  if (least != largest && cv::countNonZero(read.labels == 0) == 0) without_background_.Add(path);
}

void MaskReadings::AddPrediction(const std::filesystem::path& path, const ReadLabels& read) {
  ++predictions_[static_cast<std::size_t>(read.how)];
  if (cv::countNonZero(read.labels) > 0 && cv::countNonZero(ObjectIn(read)) == 0) blank_.Add(path);
}

void MaskReadings::Merge(const MaskReadings& other) {
  const auto merge = [](Files& files, const Files& more) {
    if (more.count > 0 && (files.count == 0 || more.first < files.first)) files.first = more.first;
    files.count += more.count;
  };
  for (std::size_t i = 0; i < truths_.size(); ++i) {
    truths_[i] += other.truths_[i];
    predictions_[i] += other.predictions_[i];
  }
  merge(without_object_, other.without_object_);
  merge(without_background_, other.without_background_);
  merge(blank_, other.blank_);
}

CountList MaskReadings::Counts() const {
  CountList counts(truths_.begin(), truths_.end());
  Append(predictions_, counts);
  for (const Files* const files : {&without_object_, &without_background_, &blank_})
    counts.push_back(static_cast<std::int64_t>(files->count));
  return counts;
}

MaskReadings::FileNames MaskReadings::Names() const {
  return {without_object_.first, without_background_.first, blank_.first};
}

void MaskReadings::AddCounts(CountReader counts, const FileNames& names) {
  MaskReadings other;
  for (Ways* const ways : {&other.truths_, &other.predictions_})
    for (std::size_t& files : *ways) files = static_cast<std::size_t>(counts.Next());
  Files* const files[] = {&other.without_object_, &other.without_background_, &other.blank_};
  for (std::size_t i = 0; i < std::size(files); ++i)
    *files[i] = {static_cast<std::size_t>(counts.Next()), names[i]};
  counts.RequireEnd();
  Merge(other);
}

bool MaskReadings::Fit(const Ways& ways, WhiteMeans used, WhiteMeans settled) {
  if (used == settled) return true;
  if (used != WhiteMeans::kByFile) return false;
  const bool as_void = At(ways, ReadAs::kIdsAndVoid) > 0;
  const bool as_object = At(ways, ReadAs::kBright) + At(ways, ReadAs::kSoft) > 0;
  return settled == WhiteMeans::kIsVoid ? !as_object : !as_void;
}

WhiteMeans MaskReadings::Settled(const Ways& ways) {
  const std::size_t as_void = At(ways, ReadAs::kIdsAndVoid), as_white = At(ways, ReadAs::kBright);
  const std::size_t as_object = as_white + At(ways, ReadAs::kSoft);
  if (as_void > as_object && as_white > 0) return WhiteMeans::kIsVoid;
  if (as_object > as_void && as_void > 0) return WhiteMeans::kIsObject;
  return WhiteMeans::kByFile;
}

void MaskReadings::Report(const EvaluateOptions& options, EvaluateReport& report) const {
  const bool classes = options.protocol == Protocol::kVoc;
  const std::size_t truths = std::accumulate(truths_.begin(), truths_.end(), std::size_t{0});
  if (!classes) {
    report.truth_readings = CountsOf(truths_, options.truth.values);
    report.prediction_readings = CountsOf(predictions_, options.prediction.values);
  }
  if (without_object_.count > 0 && !classes)
    report.warnings.push_back(
        fmt::format("{} values, but no object; --mask-values says what values mean",
                    Have(without_object_.count, without_object_.first)));
  else if (without_object_.count > 0 && without_object_.count == truths)
    report.warnings.push_back(
        fmt::format("{} no class but background and void; binary masks are scored with --protocol "
                    "binary",
                    Have(without_object_.count, without_object_.first)));
  if (blank_.count > 0 && !classes)
    report.warnings.push_back(
        fmt::format("{} values, but no object; --mask-values says what values mean",
                    Have(blank_.count, blank_.first, "predictions")));
  // A photo that an object fills is none to warn of, a data set of such is.
  if (2 * without_background_.count > truths && !classes)
    report.warnings.push_back(fmt::format(
        "{} several values but no background (0): all is object; --background VALUE names what is "
        "background too, --ignore VALUE what is void",
        Have(without_background_.count, without_background_.first)));
}

void MaskReadings::ReportDispute(EvaluateReport& report) const {
  const auto disputed = [](const Ways& ways) {
    return At(ways, ReadAs::kIdsAndVoid) > 0 &&
           At(ways, ReadAs::kBright) + At(ways, ReadAs::kSoft) > 0;
  };
  if (disputed(truths_)) report.warnings.push_back(DisputeText(truths_, TruthWhite(), "truths"));
  if (disputed(predictions_))
    report.warnings.push_back(DisputeText(predictions_, PredictionWhite(), "predictions"));
}

}  // namespace gradcut
