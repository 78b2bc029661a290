#include "cli/item_work.h"

#include "cli/attempt.h"
#include "gradcut/io/file.h"

#include <chrono>

namespace gradcut {
namespace {

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

bool ItemWork::IsDone(const BatchItem& item) const {
  if (flags_.existing != Existing::kSkip) return false;
  for (const std::filesystem::path& output : item.outputs) {
    std::error_code ignored;
    if (!std::filesystem::exists(output, ignored)) return false;
  }
  return true;
}

Outcome ItemWork::Process(const BatchItem& item, const ManifestWriter& manifest) const {
  const nlohmann::json head = {
      {"path", item.input.string()},
      {"output", item.outputs.front().lexically_relative(folder_).string()}};
  if (IsDone(item)) {
    nlohmann::json entry = manifest.Earlier(item.input.string());
    if (!entry.is_object()) entry = nlohmann::json::object();
    entry.update(head);
    entry["status"] = "skipped";
    return {entry, "", /*skipped=*/true};
  }
  nlohmann::json entry;
  const std::string failure = FailureOf(item.input, [&] { entry = MakeOutputs(item); });
  if (!failure.empty()) entry = {{"error", failure}};
  entry.update(head);
  entry["status"] = failure.empty() ? "ok" : "failed";
  return {entry, failure};
}

nlohmann::json ItemWork::MakeOutputs(const BatchItem& item) const {
  const Clock::time_point start = Clock::now();
  const std::vector<std::uint8_t> bytes = ReadFile(item.input);
  const cv::Mat photo = DecodeWithAlpha(bytes, item.input.native(), flags_.read);
  const double decode = MillisecondsSince(start);
  Product product = ProcessImage(job_, photo, bytes, item.input);
  const Clock::time_point write_start = Clock::now();
  for (std::size_t i = 0; i < product.files.size(); ++i)
    WriteFileAtomically(item.outputs[i], product.files[i].bytes,
                        flags_.durable ? Durability::kDurable : Durability::kFast);
  nlohmann::json entry = std::move(product.entry);
  entry["width"] = photo.cols;
  entry["height"] = photo.rows;
  entry["milliseconds"]["decode"] = decode;
  for (const auto& [stage, value] : product.milliseconds) entry["milliseconds"][stage] = value;
  entry["milliseconds"]["write"] = MillisecondsSince(write_start);
  return entry;
}

}  // namespace gradcut
