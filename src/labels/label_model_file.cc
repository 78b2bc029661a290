#include "gradcut/labels/label_model_file.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"

#include <opencv2/core.hpp>
#include <span>

namespace gradcut {
namespace {

constexpr char kFormat[] = "gradcut-label-model-1";

std::span<const std::byte> BytesOf(const cv::Mat& mat) {
  return {reinterpret_cast<const std::byte*>(mat.data), mat.total() * mat.elemSize()};
}

// A row a class: mean and deviation.
cv::Mat ToRows(const std::vector<Spread>& spreads) {
  cv::Mat rows(static_cast<int>(spreads.size()), 2, CV_64FC1);
  for (int i = 0; i < rows.rows; ++i) {
    rows.at<double>(i, 0) = spreads[static_cast<std::size_t>(i)].mean;
    rows.at<double>(i, 1) = spreads[static_cast<std::size_t>(i)].deviation;
  }
  return rows;
}

std::vector<Spread> ToSpreads(const cv::Mat& rows) {
  std::vector<Spread> spreads;
  for (int i = 0; i < rows.rows; ++i)
    spreads.push_back({rows.at<double>(i, 0), rows.at<double>(i, 1)});
  return spreads;
}

bool IsMatrix(const cv::Mat& mat, int type, int rows, int cols) {
  return !mat.empty() && mat.type() == type && mat.rows == rows && mat.cols == cols;
}

}  // namespace

void WriteLabelModel(const LabelModel& model, const std::string& origin,
                     const std::filesystem::path& path) {
  const cv::Mat& weights = model.cells.weights;
  const cv::Mat group = ToRows(model.group), head = ToRows(model.head);
  WriteSafetensors(path,
                   {{"weights", {"F32", {weights.rows, weights.cols}, BytesOf(weights)}},
                    {"bias", {"F32", {1, weights.cols}, BytesOf(model.cells.bias)}},
                    {"group", {"F64", {group.rows, 2}, BytesOf(group)}},
                    {"head", {"F64", {head.rows, 2}, BytesOf(head)}}},
                   {{"format", kFormat}, {"origin", origin}});
}

std::optional<LabelModel> ReadLabelModel(const std::string& origin,
                                         const std::filesystem::path& path) {
  if (std::error_code ignored; !std::filesystem::exists(path, ignored)) return std::nullopt;
  const SafetensorsFile file = SafetensorsFile::Open(path);
  if (file.Field("format") == kFormat && file.Field("origin") != origin) return std::nullopt;
  const cv::Mat group = file.Matrix("group", 2), head = file.Matrix("head", 2);
  const cv::Mat weights = file.Matrix("weights", 2), bias = file.Matrix("bias", 2);
  const int labels = group.rows + 1;
  Require(file.Field("format") == kFormat && IsMatrix(group, CV_64FC1, group.rows, 2) &&
              IsMatrix(head, CV_64FC1, group.rows, 2) &&
              IsMatrix(weights, CV_32FC1, weights.rows, labels) &&
              IsMatrix(bias, CV_32FC1, 1, labels),
          "{}: not what gradcut label keeps of a round; remove it", Printable(path));
  return LabelModel{{weights, bias}, ToSpreads(group), ToSpreads(head)};
}

}  // namespace gradcut
