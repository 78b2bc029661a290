#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/dataset/shard.h"
#include "gradcut/image/image_io.h"
#include "gradcut/run/outputs.h"
#include "gradcut/run/plan.h"
#include "gradcut/run/run_totals.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

/// What a batch does about outputs that are there already.
enum class Existing { kSkip, kOverwrite, kError };

/// What a batch works on, and where its results go.
struct BatchOptions {
  /// Images, folders (searched recursively), tar archives, "@list.txt", or "-" alone: one image on
  /// standard input, its result on standard output.
  std::vector<std::string> inputs = {};
  std::vector<Input> files = {};  ///< What `inputs` stand for, where the caller knows that itself.
  /// The folder of the results, made if it is missing; a file for one result of one image; or
  /// "FILE.tar", which is there once it is whole, and holds the results of each photo together,
  /// with "NAME.json" from its manifest.
  std::string output = {};
  std::optional<Shard> shard = {};  ///< The share of the inputs that is done; nothing: all.
  Existing existing = Existing::kSkip;
  bool durable = false;  ///< Flushes each file to the disk before going on.
  bool watch = false;    ///< Goes on with what arrives in the input folders until it is stopped.
  ImageReadOptions read = {};

  /// Whether the image comes from standard input ("-").
  bool streams() const;
  /// Whether what is made goes into a tar archive that `output` names. Standard input is one, too,
  /// then.
  bool names_tar() const;
  /// Whether what is made of the one image goes to a file that `output` names.
  bool names_file() const;
};

/// Where a photo was read, and what its file holds.
struct PhotoSource {
  const std::filesystem::path& path;  ///< "-" for standard input.
  std::span<const std::uint8_t> bytes;
};

/// What was made of one image.
struct Product {
  std::vector<OutputFile> files;
  nlohmann::json entry;  ///< Fields for the manifest: classes, area, confidence, ...
  std::vector<std::pair<std::string, double>> milliseconds;  ///< By stage.
};

/// A batch: what it makes, and how to say so in run.json.
struct BatchJob {
  std::vector<OutputKind> outputs;  ///< The first one is `output` in the manifest.
  nlohmann::json recipe;            ///< What the user decided; see `RecipeToJson`.
  nlohmann::json made_by;           ///< What else decides the outputs: version, weights, device.
  /// What is called once before the first image, unless all outputs are there already; may be
  /// empty.
  std::function<void()> prepare = {};
  /// The other file that decides the outputs of an input, or an empty path; may be empty.
  std::function<std::filesystem::path(const std::filesystem::path& input)> companion = {};
  /// What else decides the outputs of an input, as a text that changes with it, or ""; may be
  /// empty. An input is made again when its text has changed.
  std::function<std::string(const std::filesystem::path& input)> digest = {};
  /// What run.json keeps besides, so that others find it: absolute paths, for instance. Need not be
  /// the same for outputs to belong together.
  nlohmann::json given = {};
  /// How much memory the work on a photo takes at most, for each of its pixels. Fewer than
  /// `control.jobs` photos are worked on at a time where more would not fit.
  double bytes_per_pixel = 20;
  /// Further files that are written into the folder in the end, relative to it.
  std::vector<std::filesystem::path> side_files = {};
  /// Makes the outputs of one photo (RGB, or RGBA where the file has alpha; upright).
  std::function<Product(const cv::Mat& photo, const PhotoSource& source)> process;
};

/// How a batch ended.
struct BatchSummary {
  RunTotals totals = {};
  std::size_t inputs = 0;        ///< How many there were to be done.
  std::size_t failed = 0;        ///< Of `totals`, and arrivals that were refused.
  std::size_t not_searched = 0;  ///< Input folders.
  bool interrupted = false;      ///< A stop was requested before all were done.
  double seconds = 0;
  std::filesystem::path folder = {};    ///< Of the results; empty for a single file.
  std::filesystem::path manifest = {};  ///< In it.
  std::string unreadable = {};          ///< A line on files of kinds that cannot be read, or "".
  /// Problems of what belongs to the inputs (heat maps, truths): folders that cannot be searched.
  std::size_t problems = 0;
};

/// Throws `UsageError` for options that contradict each other, or that the outputs of those kinds
/// do not fit. Quick: to be called before a classifier is loaded.
void CheckBatch(const BatchOptions& options, const std::vector<OutputKind>& kinds);

/// Makes the outputs of every input: lists, checks, decodes, processes `control.jobs` images at a
/// time, and writes files, manifest and run.json as src/cli/README.md says. A photo that fails is
/// a line of `control.log` and of the manifest, and the rest is done. Cut-outs and overlays keep
/// the colour profile of their photo. Throws `UsageError` for options that contradict each other
/// and for outputs that would collide, before anything is written; `StorageError` where nothing
/// more can be written; for a single image what is wrong with it.
BatchSummary RunBatch(const BatchOptions& options, const BatchJob& job,
                      const RunControl& control = {});

}  // namespace gradcut
