#pragma once

#include "gradcut/core/run_control.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// Where the small pictures of a page are: inside it, beside it in a folder named after it, or
/// inside for at most `kMostPicturesInside` images.
enum class Pictures { kAuto, kInside, kBeside };

/// So many images make a page of 10 MB, which any browser opens at once.
inline constexpr std::size_t kMostPicturesInside = 600;

struct ReportOptions {
  std::filesystem::path folder = {};        ///< Of a run.
  std::filesystem::path output = {};        ///< The page; empty: report.html in that folder.
  std::filesystem::path truth = {};         ///< Ground truth (see `PairingOptions`); may be empty.
  std::vector<std::string> name_ends = {};  ///< See `PairingOptions`.
  Pictures pictures = Pictures::kAuto;
};

struct ReportSummary {
  std::filesystem::path page = {};
  std::size_t images = 0;
  std::size_t failed = 0;    ///< Masks that could not be measured.
  bool interrupted = false;  ///< A stop was requested: no page was written.
};

/// Makes one HTML page of a run, as `gradcut report` does. Throws `Error` naming the folder if it
/// holds no run, and for what cannot be written, and `UsageError` for a truth where a run left no
/// masks in its folder.
ReportSummary WriteReport(const ReportOptions& options, const RunControl& control = {});

}  // namespace gradcut
