#include "cli/edit/edit_json.h"

#include "gradcut/core/image.h"
#include "gradcut/dataset/hint_lines.h"
#include "gradcut/dataset/run_lengths.h"
#include "gradcut/run/run_record.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

using Json = nlohmann::json;

// More than a screen has.
constexpr double kMostPixels = 4e6;

cv::Size ViewSize(cv::Size size) {
  const double scale = std::sqrt(kMostPixels / static_cast<double>(size.area()));
  if (scale >= 1) return size;
  return {std::max(1, cvRound(size.width * scale)), std::max(1, cvRound(size.height * scale))};
}

// Runs of background and object in turn, row by row.
Json MaskToJson(const cv::Mat& object) {
  const cv::Mat shown = Resize(object, ViewSize(object.size())) > 127;
  return {{"width", shown.cols}, {"height", shown.rows}, {"runs", EncodeRuns(shown.t()).counts}};
}

// Runs of one label each, row by row.
Json LabelsToJson(const cv::Mat& labels, const std::vector<std::string>& names) {
  cv::Mat shown;
  cv::resize(labels, shown, ViewSize(labels.size()), 0, 0, cv::INTER_NEAREST);
  Json runs = Json::array();
  const std::uint8_t* const pixels = shown.ptr();  // Without gaps: it is a copy.
  for (std::size_t begin = 0, end = 0; begin < shown.total(); begin = end) {
    while (end < shown.total() && pixels[end] == pixels[begin]) ++end;
    runs.push_back({end - begin, pixels[begin]});
  }
  Json all = {"background"};
  for (const std::string& name : names) all.push_back(name);
  return {{"names", std::move(all)},
          {"map", {{"width", shown.cols}, {"height", shown.rows}, {"runs", std::move(runs)}}}};
}

}  // namespace

Json ToJson(const EditedPhotoSummary& photo) {
  Json fields = {{"id", photo.id},
                 {"name", photo.name},
                 {"edited", photo.edited},
                 {"clicks", photo.clicks},
                 {"seconds", photo.seconds}};
  const Json facts = RunRecord::FactsIn(photo.entry);
  for (const char* const key : {"status", "error", "confidence", "area", "width", "height"})
    if (facts.contains(key)) fields[key] = facts[key];
  Json names = Json::array();
  for (const Json& each : facts.value("classes", Json::array())) names.push_back(each["name"]);
  if (!names.empty()) fields["class"] = names.front();
  fields["classes"] = std::move(names);
  if (photo.review != Review::kUnseen) fields["review"] = ReviewName(photo.review);
  if (!photo.problem.empty()) fields["problem"] = photo.problem;
  return fields;
}

Json ToJson(const EditedPhotoState& state, const std::vector<std::string>& names) {
  cv::Mat object = state.labels != 0;
  if (!names.empty()) object.setTo(0, state.labels == kVoid);
  const double area =
      static_cast<double>(cv::countNonZero(object)) / static_cast<double>(object.total());
  Json photo = ToJson(state.photo);
  photo["confidence"] = state.confidence;  // The manifest follows later.
  photo["area"] = area;
  Json fields = {{"id", state.photo.id},
                 {"photo", std::move(photo)},
                 {"width", state.size.width},
                 {"height", state.size.height},
                 {"mask", MaskToJson(object)},
                 {"hints", HintsToJson(state.hints)},
                 {"undo", state.can_undo},
                 {"redo", state.can_redo},
                 {"fill", state.hints.fill_holes},
                 {"largest", state.hints.keep_largest},
                 {"confidence", state.confidence},
                 {"area", area},
                 {"unfit", state.unfit}};
  if (!names.empty()) fields["labels"] = LabelsToJson(state.labels, names);
  const std::string& note = state.photo.problem.empty() ? state.note : state.photo.problem;
  if (!note.empty()) fields["note"] = note;
  return fields;
}

}  // namespace gradcut
