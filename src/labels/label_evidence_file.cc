#include "gradcut/labels/label_evidence_file.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <list>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr char kEvidenceFormat[] = "gradcut-label-evidence-1";

// Tensors for a file, and the bytes that they refer to.
struct Contents {
  StoredTensors tensors;
  std::list<cv::Mat> halves;

  void Add(const std::string& name, const cv::Mat& values) {
    if (values.empty()) return;
    cv::Mat& half = halves.emplace_back();
    values.convertTo(half, CV_16F);
    tensors[name] = {
        "F16",
        {half.rows, half.cols},
        {reinterpret_cast<const std::byte*>(half.data), half.total() * half.elemSize()}};
  }
};

std::string NameOf(std::size_t network, const std::string& part) {
  return fmt::format("{}.{}", network, part);
}

std::string NameOf(std::size_t network, const char* part, std::size_t index) {
  return fmt::format("{}.{}.{}", network, part, index);
}

// The number in a metadata field, at least 0; -1 for none.
int NumberIn(const SafetensorsFile& file, const std::string& field) {
  const std::string text = file.Field(field);
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : -1;
}

std::vector<cv::Mat> ReadMaps(const SafetensorsFile& file, std::size_t network, const char* part,
                              int count) {
  std::vector<cv::Mat> maps;
  for (int i = 0; i < count; ++i)
    maps.push_back(file.Matrix(NameOf(network, part, static_cast<std::size_t>(i)), 2));
  return maps;
}

LabelEvidence ReadOne(const SafetensorsFile& file, std::size_t network, int present) {
  LabelEvidence evidence;
  evidence.foreground = file.Matrix(NameOf(network, "foreground"), 2);
  const cv::Size grid = evidence.foreground.size();
  evidence.features = {grid.height, grid.width, file.Matrix(NameOf(network, "features"), 2)};
  evidence.deep = {grid.height, grid.width, file.Matrix(NameOf(network, "deep"), 2)};
  evidence.group = ReadMaps(file, network, "group", present);
  evidence.dense = ReadMaps(file, network, "dense", present);
  evidence.milliseconds = std::max(0, NumberIn(file, NameOf(network, "microseconds"))) / 1000.0;
  const cv::Mat scores = file.Matrix(NameOf(network, "scores"), 2);
  const int rows = NumberIn(file, NameOf(network, "scores_rows"));
  bool whole = !evidence.foreground.empty() && evidence.features.values.rows == grid.area() &&
               evidence.deep.values.rows == grid.area();
  for (const cv::Mat& dense : evidence.dense) whole = whole && dense.size() == grid;
  if (!scores.empty()) {
    whole = whole && rows > 0 && scores.rows % rows == 0;
    if (whole) evidence.scores = {rows, scores.rows / rows, scores};
  }
  Require(whole, "{}: not what gradcut label keeps of an image; remove it", Printable(file.path()));
  return evidence;
}

}  // namespace

void WriteLabelEvidence(const std::vector<LabelEvidence>& evidence, const std::string& origin,
                        const std::filesystem::path& path) {
  Contents contents;
  std::map<std::string, std::string> fields = {{"format", kEvidenceFormat},
                                               {"origin", origin},
                                               {"networks", fmt::format("{}", evidence.size())}};
  for (std::size_t n = 0; n < evidence.size(); ++n) {
    const LabelEvidence& each = evidence[n];
    contents.Add(NameOf(n, "features"), each.features.values);
    contents.Add(NameOf(n, "deep"), each.deep.values);
    contents.Add(NameOf(n, "foreground"), each.foreground);
    contents.Add(NameOf(n, "scores"), each.scores.values);
    fields[NameOf(n, "scores_rows")] = fmt::format("{}", each.scores.rows);
    fields[NameOf(n, "microseconds")] = fmt::format("{:.0f}", 1000 * each.milliseconds);
    for (std::size_t i = 0; i < each.dense.size(); ++i) {
      contents.Add(NameOf(n, "group", i), each.group[i]);
      contents.Add(NameOf(n, "dense", i), each.dense[i]);
    }
    fields["present"] = fmt::format("{}", each.dense.size());
  }
  WriteSafetensors(path, contents.tensors, fields);
}

std::optional<std::vector<LabelEvidence>> ReadLabelEvidence(const std::string& origin,
                                                            const std::filesystem::path& path) {
  if (std::error_code ignored; !std::filesystem::exists(path, ignored)) return std::nullopt;
  const SafetensorsFile file = SafetensorsFile::Open(path);
  if (file.Field("format") == kEvidenceFormat && file.Field("origin") != origin)
    return std::nullopt;
  const int networks = NumberIn(file, "networks"), present = NumberIn(file, "present");
  const auto most = std::ssize(file.tensors());  // Each of them has one at least.
  Require(file.Field("format") == kEvidenceFormat && networks > 0 && networks <= most &&
              present >= 0 && present <= most,
          "{}: not what gradcut label keeps of an image; remove it", Printable(path));
  std::vector<LabelEvidence> evidence;
  for (int n = 0; n < networks; ++n)
    evidence.push_back(ReadOne(file, static_cast<std::size_t>(n), present));
  return evidence;
}

}  // namespace gradcut
