#include "run/one_image.h"

#include "gradcut/core/stopwatch.h"
#include "gradcut/image/metadata.h"
#include "gradcut/image/too_large_error.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

namespace gradcut {

namespace {

Product Process(const BatchJob& job, const cv::Mat& photo, const PhotoSource& source) {
  try {
    return job.process(photo, source);
  } catch (const TooLargeError& error) {
    Fail("{}: {}; nothing is made of it with --save {}", Printable(source.path), error.what(),
         fmt::join(OutputNames(job.outputs), ","));
  }
}

}  // namespace

Product ProcessImage(const BatchJob& job, const cv::Mat& photo, const PhotoSource& source) {
  Product product = Process(job, photo, source);
  std::optional<PhotoMetadata> metadata;  // Read once, for who keeps it.
  for (OutputFile& output : product.files) {
    if (!IsCutout(output.kind) && output.kind != OutputKind::kOverlay) continue;
    if (!metadata) metadata = MetadataOf(source.bytes);
    output.bytes = WithMetadata(std::move(output.bytes), *metadata);
  }
  return product;
}

BatchSummary RunOnOneImage(const BatchOptions& options, const BatchJob& job,
                           const RunControl& control) {
  const Stopwatch watch;
  const std::filesystem::path input = options.inputs.front();
  const std::string name = options.streams() ? "standard input" : Printable(input);
  const std::vector<std::uint8_t> file = options.streams() ? ReadStdin() : ReadFile(input);
  const Product product =
      ProcessImage(job, DecodeWithAlpha(file, name, options.read), {input, file});
  control.Info(fmt::format("{}, with {}", name, EngineOf(job.made_by)));
  if (const std::string note = NoteOf(product.entry); !note.empty())
    control.Warning(fmt::format("{}: {}", name, note));
  if (options.streams())
    WriteStdout(product.files.front().bytes);
  else
    WriteFileAtomically(options.output, product.files.front().bytes,
                        options.durable ? Durability::kDurable : Durability::kFast);
  BatchSummary summary;
  summary.inputs = summary.totals.ok = 1;
  summary.seconds = watch.Seconds();
  return summary;
}

}  // namespace gradcut
