#include "gradcut/workflow/plan.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/core/stopwatch.h"
#include "gradcut/dataset/shard.h"
#include "gradcut/run/manifest.h"
#include "gradcut/storage/file.h"
#include "gradcut/workflow/kinds.h"
#include "gradcut/workflow/mask.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <queue>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "gradcut-plan-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) FailToWrite(name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Seconds of all threads so far.
double ProcessorTime() {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct TimedSample {
  std::vector<Input> inputs;  // Those with the smallest numbers, in their order.
  std::size_t photos = 0;     // All that there are.
};

// Holds no more of 10^7 photos than about as many as are wanted.
TimedSample Draw(const std::vector<std::string>& arguments, std::size_t wanted) {
  TimedSample sample;
  std::priority_queue<std::uint64_t> smallest;
  const auto is_small = [&](const Input& input) {
    ++sample.photos;
    const std::uint64_t number = PlaceNumber(input.relative);
    if (smallest.size() == wanted && number >= smallest.top()) return false;
    smallest.push(number);
    if (smallest.size() > wanted) smallest.pop();
    return true;
  };
  // Of an archive the members count.
  Listing listing = ListInputs(arguments, {}, WithoutImages::kIsAnError, [&](const Input& input) {
    return !input.archive.empty() || is_small(input);
  });
  for (const Input& input : listing.inputs)
    if (!input.archive.empty()) is_small(input);
  const auto is_left = [&](const Input& input) {
    return PlaceNumber(input.relative) <= smallest.top();
  };
  if (!smallest.empty())
    std::copy_if(listing.inputs.begin(), listing.inputs.end(), std::back_inserter(sample.inputs),
                 is_left);
  return sample;
}

double BytesOf(const std::vector<Input>& inputs) {
  double bytes = 0;
  for (const Input& input : inputs) {
    std::error_code gone;
    if (input.archive.empty()) {
      const std::uintmax_t size = fs::file_size(input.path, gone);
      if (!gone) bytes += static_cast<double>(size);
    } else if (input.problem.empty()) {
      bytes += static_cast<double>(ReadInput(input).size());
    }
  }
  return bytes;
}

double BytesBelow(const fs::path& folder) {
  double bytes = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().filename() != "run.json")
      bytes += static_cast<double>(entry.file_size());
  return bytes;
}

// Half of the 95 % interval of the mean, as a share of it.
double ErrorOf(const std::vector<double>& times) {
  const auto count = static_cast<double>(times.size());
  if (count < 2) return 1;
  double sum = 0, squares = 0;
  for (const double time : times) sum += time;
  const double mean = sum / count;
  for (const double time : times) squares += (time - mean) * (time - mean);
  constexpr double kNormal95 = 1.96;
  return kNormal95 * std::sqrt(squares / (count - 1) / count) / mean;
}

std::vector<double> TimesIn(const fs::path& manifest) {
  std::vector<double> times;
  for (const nlohmann::json& entry : EntriesIn(manifest)) {
    if (!entry.contains("milliseconds")) continue;
    double sum = 0;
    for (const auto& [stage, value] : entry["milliseconds"].items()) sum += value.get<double>();
    times.push_back(sum);
  }
  return times;
}

std::string Size(double bytes) {
  const char* const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < std::size(units); ++unit) bytes /= 1000;
  return fmt::format("{:.3g} {}", bytes, units[unit]);
}

}  // namespace

PlanEstimate EstimateRun(const PlanOptions& options, const RunControl& control) {
  if (options.photos.batch.streams()) throw UsageError("-: there is nothing to plan for one image");
  const TimedSample sample =
      Draw(options.photos.batch.inputs, std::max<std::size_t>(2, options.sample));
  const TemporaryFolder folder;
  PhotoOptions photos = options.photos;
  photos.batch.files = sample.inputs;
  photos.batch.output = (folder.path() / "sample").string();
  const Stopwatch watch;
  double processor_before = 0;  // The photos, not what the start takes.
  RunControl timed = control;
  timed.progress = [&](const Progress& progress) {
    if (progress.done == 0) processor_before = ProcessorTime();
    control.Report(progress);
  };
  const BatchSummary summary = MakeMasks(photos, timed);
  const double processor = ProcessorTime() - processor_before;
  const double start = watch.Seconds() - summary.seconds;

  PlanEstimate estimate = {.photos = sample.photos,
                           .sampled = summary.totals.done(),
                           .failed = summary.failed,
                           .jobs = JobCount(control.jobs),
                           .start_seconds = start,
                           .interrupted = summary.interrupted};
  if (summary.interrupted) return estimate;
  const auto count = static_cast<double>(estimate.sampled);
  const std::vector<double> times = TimesIn(summary.manifest);
  Require(!times.empty(), "none of {} photos of the sample could be done", estimate.sampled);
  estimate.photo_seconds = summary.seconds / count;
  estimate.photo_cpu = processor / count;
  estimate.photo_error = ErrorOf(times);
  estimate.read_bytes = BytesOf(sample.inputs) / count;
  estimate.written_bytes = BytesBelow(summary.folder) / count;
  estimate.files = photos.save.empty() ? 1 : photos.save.size();
  const double task = std::max(60 * options.task_minutes - start, 1.0);
  estimate.shards = static_cast<std::size_t>(
      std::ceil(static_cast<double>(estimate.photos) * estimate.photo_seconds / task));
  return estimate;
}

std::string ToText(const PlanEstimate& estimate, double task_minutes) {
  const auto photos = static_cast<double>(estimate.photos);
  const auto row = [](std::string_view name, const std::string& text) {
    return fmt::format("{:<18}{}\n", name, text);
  };
  return row("photos", std::to_string(estimate.photos)) +
         row("tried", fmt::format("{}, {} failed", estimate.sampled, estimate.failed)) +
         row("a photo", fmt::format("{:.4f} s with {} at a time, {:.4f} s of processor time "
                                    "(mean within {:.0f} %)",
                                    estimate.photo_seconds, estimate.jobs, estimate.photo_cpu,
                                    100 * estimate.photo_error)) +
         row("start of a task", fmt::format("{:.1f} s", estimate.start_seconds)) +
         row("all of them", fmt::format("{:.3g} hours on this machine, {:.3g} core-hours",
                                        estimate.hours(), estimate.core_hours())) +
         row("to be read", Size(photos * estimate.read_bytes)) +
         row("to be written", fmt::format("{}, {} files", Size(photos * estimate.written_bytes),
                                          estimate.photos * estimate.files)) +
         row("shards",
             fmt::format("{} for tasks of about {:g} minutes", estimate.shards, task_minutes));
}

std::string ToJson(const PlanEstimate& estimate) {
  const auto photos = static_cast<double>(estimate.photos);
  const nlohmann::ordered_json json = {{"photos", estimate.photos},
                                       {"sampled", estimate.sampled},
                                       {"failed", estimate.failed},
                                       {"jobs", estimate.jobs},
                                       {"start_seconds", estimate.start_seconds},
                                       {"photo_seconds", estimate.photo_seconds},
                                       {"photo_cpu", estimate.photo_cpu},
                                       {"photo_error", estimate.photo_error},
                                       {"read_bytes", estimate.read_bytes},
                                       {"written_bytes", estimate.written_bytes},
                                       {"files", estimate.files},
                                       {"shards", estimate.shards},
                                       {"hours", estimate.hours()},
                                       {"core_hours", estimate.core_hours()},
                                       {"total_read_bytes", photos * estimate.read_bytes},
                                       {"total_written_bytes", photos * estimate.written_bytes}};
  return json.dump(2) + "\n";
}

}  // namespace gradcut
