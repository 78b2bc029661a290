#include "gradcut/workflow/report.h"

#include "gradcut/core/error.h"
#include "gradcut/core/in_order.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/metrics/evaluate.h"
#include "gradcut/render/base64.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/output_paths.h"
#include "gradcut/run/outputs.h"
#include "gradcut/run/run_record.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/folder_lock.h"
#include "gradcut/storage/owned_folder.h"
#include "gradcut/storage/sha256.h"
#include "render/report_images.h"
#include "render/report_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The truth of a mask, and how much both agree.
struct Score {
  fs::path truth;
  std::optional<double> iou;
};

struct Scores {
  std::map<fs::path, Score> masks = {};  // By path.
  MaskScores all = {};
  std::size_t failures = 0;
};

// Throws `UsageError` where `--truth` would have nothing to measure.
void RequireMasks(const ReportOptions& options, const RunRecord& record) {
  constexpr OutputKind kMasks[] = {OutputKind::kMask, OutputKind::kCutout, OutputKind::kCutoutWebp,
                                   OutputKind::kLabels, OutputKind::kIndex};
  const auto has_mask = [&](const nlohmann::json& entry) {
    const std::string output = RunRecord::TextAt(entry, "output");
    return std::any_of(std::begin(kMasks), std::end(kMasks), [&](OutputKind kind) {
      return !FindSibling(options.folder, output, kind).empty();
    });
  };
  if (record.in_archives())
    throw UsageError(fmt::format("--truth: the masks of {} lie in archives, which are not measured",
                                 Printable(options.folder)));
  if (std::none_of(record.entries.begin(), record.entries.end(), has_mask))
    throw UsageError(fmt::format("--truth: measures masks, and {} holds none; leave it out",
                                 Printable(options.folder)));
}

// Failures are said.
Scores ScoreMasks(const ReportOptions& options, const RunRecord& record,
                  const RunControl& control) {
  Scores scores;
  if (options.truth.empty()) return scores;
  RequireMasks(options, record);
  EvaluateOptions evaluation;
  evaluation.pairing = {
      .predictions = options.folder, .truth = options.truth, .name_ends = options.name_ends};
  evaluation.measures = Measures::kRegion;
  const EvaluateReport report = Evaluate(evaluation, {.jobs = control.jobs, .stop = control.stop});
  for (const std::string& failure : report.failures) control.Error(failure);
  for (const std::string& warning : report.warnings) control.Warning(warning);
  std::map<std::string, double> ious;
  for (const ImageResult& image : report.images) ious[image.key] = image.values.front();
  for (const Pair& pair : FindPairs(evaluation.pairing).pairs) {
    if (pair.prediction.empty()) continue;
    Score& score = scores.masks[pair.prediction.lexically_normal()];
    score.truth = pair.truth;
    if (const auto found = ious.find(pair.key); found != ious.end()) score.iou = found->second;
  }
  scores.failures = report.failures.size();
  scores.all = {.truth = options.truth.string(),
                .images = report.images.size(),
                .missing = report.missing.size()};
  if (!report.images.empty()) scores.all.mean = report.totals.front().value.value_or(0);
  return scores;
}

// A path as the address of a link: bytes that mean something else there are escaped.
std::string AddressOf(const fs::path& path) {
  std::string address;
  for (const unsigned char c : path.generic_string()) {
    const bool plain = std::isalnum(c) != 0 || std::string_view("/._-~").find(
                                                   static_cast<char>(c)) != std::string_view::npos;
    address += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return address;
}

class ReportRun {
 public:
  ReportRun(const ReportOptions& options, const RunControl& control)
      : options_(options),
        control_(control),
        page_(options.output.empty() ? options.folder / "report.html" : options.output),
        pictures_(page_.parent_path() / (page_.stem().string() + ".files"),
                  "the pictures of " + Printable(page_.filename()),
                  R"(\d+\.(photo|heat)(\.[0-9a-f]+)?\.jpg)"),
        record_(ReadRun(options.folder)),
        inside_(
            options.pictures == Pictures::kInside ||
            (options.pictures == Pictures::kAuto && record_.entries.size() <= kMostPicturesInside)),
        archived_(record_.ArchivedPhotos()),
        scores_(ScoreMasks(options, record_, control)) {}

  ReportSummary Run() {
    std::optional<FolderLock> lock;
    if (!inside_) {
      pictures_.Claim();
      lock.emplace(pictures_.path(), WhenLocked::kFail);
    }
    const std::set<std::string> before = pictures_.Files();
    const auto work = [this](std::size_t index) -> Completion {
      const auto image = std::make_shared<nlohmann::json>(Describe(index));
      return [this, image] { Record(*image); };
    };
    const std::size_t done = WorkInOrder(record_.entries.size(), control_, work);
    if (done < record_.entries.size()) {
      pictures_.KeepOnly(before);
      return {.page = page_, .images = record_.entries.size(), .interrupted = true};
    }
    WriteFileAtomically(page_, ReportPage(record_, options_.folder.lexically_normal().string(),
                                          images_, scores_.all));
    pictures_.KeepOnly(shown_);  // Those of the page before.
    if (lost_photos_ > 0)
      control_.Warning(fmt::format(
          "{} of {} photos are not where the run found them, so that their masks are shown without "
          "them",
          lost_photos_, record_.entries.size()));
    if (record_.in_archives())
      control_.Warning(
          "masks that lie in archives are not shown; mask the photos with -o FOLDER for a page "
          "with masks");
    return {.page = page_, .images = record_.entries.size(), .failed = scores_.failures};
  }

 private:
  // What the page knows of an image; see `ReportPage`.
  nlohmann::json Describe(std::size_t index) const {
    const nlohmann::json& entry = record_.entries[index];
    const Score score = ScoreOf(entry);
    const ReportImage pictures =
        RunRecord::TextAt(entry, "status") == "failed"
            ? ReportImage()
            : MakeReportImage(
                  PhotoOf(entry), [&](OutputKind kind) { return Sibling(entry, kind); },
                  score.truth);
    nlohmann::json image = {{"name", RunRecord::TextAt(entry, "path")},
                            {"status", RunRecord::TextAt(entry, "status")}};
    const nlohmann::json facts = RunRecord::FactsIn(entry);
    for (const char* const field : {"error", "note", "classes", "confidence", "area", "edited",
                                    "review", "clicks", "seconds"})
      if (facts.contains(field)) image[field] = facts[field];
    if (facts.contains("milliseconds")) image["stages"] = facts["milliseconds"];
    if (facts.contains("width") && facts.contains("height"))
      image["pixels"] = {facts["width"], facts["height"]};
    if (score.iou) image["iou"] = *score.iou;
    if (!pictures.problems.empty() && !image.contains("note"))
      image["note"] = pictures.problems.front();
    if (!pictures.size.empty()) image["size"] = {pictures.size.width, pictures.size.height};
    if (!pictures.photo.empty()) image["photo"] = Keep(pictures.photo, index, "photo");
    if (!pictures.heat.empty()) image["heat"] = Keep(pictures.heat, index, "heat");
    if (!pictures.outline.empty()) image["outline"] = pictures.outline;
    if (!pictures.truth.empty()) image["truth"] = pictures.truth;
    image["files"] = FilesOf(entry);
    return image;
  }

  // Of any of the entry's files: which kind comes first is the user's choice.
  Score ScoreOf(const nlohmann::json& entry) const {
    if (scores_.masks.empty() || RunRecord::Failed(entry)) return {};
    for (const OutputKind kind : AllOutputKinds())
      if (const auto score = scores_.masks.find(Sibling(entry, kind).lexically_normal());
          score != scores_.masks.end())
        return score->second;
    return {};
  }

  Input PhotoOf(const nlohmann::json& entry) const {
    const fs::path path = record_.PhotoOf(entry);
    const auto archived = archived_.find(path);
    return archived == archived_.end() ? Input{.path = path, .relative = {}} : archived->second;
  }

  fs::path Sibling(const nlohmann::json& entry, OutputKind kind) const {
    return FindSibling(options_.folder, RunRecord::TextAt(entry, "output"), kind);
  }

  // The address of a small picture, inside the page or in a file beside it. The name tells what is
  // in the file, so that the page before keeps its pictures until this one is written.
  std::string Keep(const std::vector<std::uint8_t>& jpeg, std::size_t index,
                   const std::string& what) const {
    if (inside_) return "data:image/jpeg;base64," + EncodeBase64(jpeg);
    const std::string digest = Sha256(std::as_bytes(std::span(jpeg))).substr(0, 16);
    const fs::path file = pictures_.path() / fmt::format("{}.{}.{}.jpg", index, what, digest);
    WriteFileAtomically(file, jpeg);
    return Address(file);
  }

  // Browsers take dots out of an address without looking at links, and so does this.
  std::string Address(const fs::path& file) const {
    return AddressOf(fs::absolute(file).lexically_normal().lexically_relative(
        fs::absolute(page_).lexically_normal().parent_path()));
  }

  nlohmann::json FilesOf(const nlohmann::json& entry) const {
    nlohmann::json files = nlohmann::json::object();
    const fs::path photo = record_.PhotoOf(entry);
    std::error_code ignored;
    if (fs::is_regular_file(photo, ignored)) files["photo"] = Address(photo);
    for (const OutputKind kind : AllOutputKinds())
      if (const fs::path file = Sibling(entry, kind); !file.empty())
        files[std::string(OutputName(kind))] = Address(file);
    return files;
  }

  void Record(const nlohmann::json& image) {
    for (const char* const what : {"photo", "heat"})
      if (!inside_ && image.contains(what))
        shown_.insert(fs::path(image[what].get<std::string>()).filename());
    if (image["status"] != "failed" && !image.contains("photo")) ++lost_photos_;
    images_.push_back(image);
    control_.Report({images_.size(), record_.entries.size(), 0});
  }

  const ReportOptions& options_;
  const RunControl& control_;
  const fs::path page_;
  const OwnedFolder pictures_;  // Beside the page.
  const RunRecord record_;
  const bool inside_;
  const std::map<fs::path, Input> archived_;
  const Scores scores_;
  nlohmann::json images_ = nlohmann::json::array();
  std::set<std::string> shown_;  // Names in `pictures_`.
  std::size_t lost_photos_ = 0;
};

}  // namespace

ReportSummary WriteReport(const ReportOptions& options, const RunControl& control) {
  CheckOutputOfKind(options.output, ".html");
  return ReportRun(options, control).Run();
}

}  // namespace gradcut
