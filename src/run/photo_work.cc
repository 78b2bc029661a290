#include "run/photo_work.h"

#include "gradcut/core/stopwatch.h"
#include "gradcut/run/run_totals.h"
#include "run/one_image.h"

namespace gradcut {

PhotoWork::Made PhotoWork::Make(const Input& input, std::span<const std::uint8_t> bytes,
                                double read_ms) const {
  const Stopwatch decoding;
  MemoryGate::Share memory(gate_);
  ImageReadOptions read = options_.read;
  read.on_size = [&](std::int64_t rows, std::int64_t cols) {
    memory.Need(static_cast<double>(rows) * static_cast<double>(cols), job_.bytes_per_pixel);
  };
  const cv::Mat photo = DecodeWithAlpha(bytes, input.path.native(), read);
  const double decode = read_ms + decoding.Milliseconds();
  Product product = ProcessImage(job_, photo, {input.path, bytes});
  nlohmann::json entry = std::move(product.entry);
  if (const std::string note = NoteOf(entry); !note.empty()) entry["note"] = note;
  entry["width"] = photo.cols;
  entry["height"] = photo.rows;
  entry["milliseconds"]["decode"] = decode;
  for (const auto& [stage, value] : product.milliseconds) entry["milliseconds"][stage] = value;
  return {std::move(product.files), std::move(entry)};
}

}  // namespace gradcut
