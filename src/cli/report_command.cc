#include "cli/commands.h"
#include "cli/console.h"
#include "cli/examples.h"
#include "cli/option_flag.h"
#include "cli/output_paths.h"
#include "cli/outputs.h"
#include "cli/report_images.h"
#include "cli/report_page.h"
#include "cli/run_folder.h"
#include "cli/truth_flags.h"
#include "gradcut/core/in_order.h"
#include "gradcut/core/stop.h"
#include "gradcut/io/base64.h"
#include "gradcut/io/file.h"
#include "gradcut/io/owned_folder.h"
#include "gradcut/io/sha256.h"
#include "gradcut/metrics/evaluate.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

enum class Pictures { kAuto, kInside, kBeside };

// So many images make a page of 10 MB, which any browser opens at once.
constexpr std::size_t kMostInside = 600;

struct ReportFlags {
  fs::path folder;
  fs::path output;
  fs::path truth;
  std::vector<std::string> name_ends;
  Pictures pictures = Pictures::kAuto;
  int jobs = 0;
  bool quiet = false;
};

// The truth of a mask, and how much both agree.
struct Score {
  fs::path truth;
  std::optional<double> iou;
};

// By the path of the mask. Failures are said.
std::map<fs::path, Score> ScoreMasks(const ReportFlags& flags, Console& console) {
  std::map<fs::path, Score> scores;
  if (flags.truth.empty()) return scores;
  EvaluateOptions options;
  options.pairing = {
      .predictions = flags.folder, .truth = flags.truth, .name_ends = flags.name_ends};
  options.measures = Measures::kRegion;
  options.jobs = flags.jobs;
  const EvaluateReport report = Evaluate(options);
  for (const std::string& failure : report.failures) console.Error(failure);
  for (const std::string& warning : report.warnings) console.Warning(warning);
  std::map<std::string, double> ious;
  for (const ImageResult& image : report.images) ious[image.key] = image.values.front();
  for (const Pair& pair : FindPairs(options.pairing).pairs) {
    Score& score = scores[pair.prediction.lexically_normal()];
    score.truth = pair.truth;
    if (const auto found = ious.find(pair.key); found != ious.end()) score.iou = found->second;
  }
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
  explicit ReportRun(const ReportFlags& flags)
      : flags_(flags),
        console_(flags.quiet ? LogLevel::kWarning : LogLevel::kInfo),
        page_(flags.output.empty() ? flags.folder / "report.html" : flags.output),
        pictures_(page_.parent_path() / (page_.stem().string() + ".files"),
                  "the pictures of " + Printable(page_.filename()),
                  R"(\d+\.(photo|heat)(\.[0-9a-f]+)?\.jpg)"),
        record_(ReadRun(flags.folder)),
        inside_(flags.pictures == Pictures::kInside ||
                (flags.pictures == Pictures::kAuto && record_.entries.size() <= kMostInside)),
        scores_(ScoreMasks(flags, console_)) {}

  ExitStatus Run() {
    std::optional<FolderLock> lock;
    if (!inside_) {
      pictures_.Claim();
      lock.emplace(pictures_.path(), WhenLocked::kFail);
    }
    const std::set<std::string> before = pictures_.Files();
    const auto work = [this](std::size_t index) -> Turn {
      const auto image = std::make_shared<nlohmann::json>(Describe(index));
      return [this, image] { Record(*image); };
    };
    const std::size_t done = WorkInOrder(record_.entries.size(), flags_.jobs, work);
    if (done < record_.entries.size()) {
      pictures_.KeepOnly(before);
      console_.Info("interrupted: no page was written");
      return kExitInterrupted;
    }
    WriteFileAtomically(page_, ReportPage(record_, flags_.folder.lexically_normal().string(),
                                          images_, flags_.truth.string()));
    pictures_.KeepOnly(shown_);  // Those of the page before.
    if (lost_photos_ > 0)
      console_.Warning(fmt::format(
          "{} of {} photos are not where the run found them, so that their masks are shown without "
          "them",
          lost_photos_, record_.entries.size()));
    console_.Info(fmt::format("{} image{}; open {} in a browser", record_.entries.size(),
                              record_.entries.size() == 1 ? "" : "s", Printable(page_)));
    return kExitDone;
  }

 private:
  // What the page knows of an image; see `ReportPage`.
  nlohmann::json Describe(std::size_t index) const {
    const nlohmann::json& entry = record_.entries[index];
    const fs::path output = flags_.folder / RunRecord::TextAt(entry, "output");
    const auto score = scores_.find(output.lexically_normal());
    const bool scored = score != scores_.end();
    const ReportImage pictures =
        RunRecord::TextAt(entry, "status") == "failed"
            ? ReportImage()
            : MakeReportImage(
                  record_.PhotoOf(entry), [&](OutputKind kind) { return Sibling(entry, kind); },
                  scored ? score->second.truth : fs::path());
    nlohmann::json image = {{"name", RunRecord::TextAt(entry, "path")},
                            {"status", RunRecord::TextAt(entry, "status")}};
    for (const char* const field : {"error", "note", "classes", "confidence", "area"})
      if (entry.contains(field)) image[field] = entry[field];
    if (entry.contains("milliseconds")) image["stages"] = entry["milliseconds"];
    if (entry.contains("width") && entry.contains("height"))
      image["pixels"] = {entry["width"], entry["height"]};
    if (scored && score->second.iou) image["iou"] = *score->second.iou;
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

  fs::path Sibling(const nlohmann::json& entry, OutputKind kind) const {
    return FindSibling(flags_.folder, RunRecord::TextAt(entry, "output"), kind);
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
    console_.Progress(images_.size(), record_.entries.size(), 0);
  }

  const ReportFlags& flags_;
  Console console_;
  const fs::path page_;
  const OwnedFolder pictures_;  // Beside the page.
  const RunRecord record_;
  const bool inside_;
  const std::map<fs::path, Score> scores_;
  nlohmann::json images_ = nlohmann::json::array();
  std::set<std::string> shown_;  // Names in `pictures_`.
  std::size_t lost_photos_ = 0;
};

}  // namespace

void AddReportCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App& report = *app.add_subcommand("report", "make one HTML page of a run");
  report.add_option("DIR", flags->folder, "folder of a run: what was given to -o")->required();
  report
      .add_option(
          "--truth", flags->truth,
          "folder (or file) with ground truth, or a VOC devkit: shows the IoU of each image, "
          "the worst first")
      ->option_text("GT");
  AddSuffixFlag(report, flags->name_ends);
  report.add_option("-o,--output", flags->output, "the page to write (default DIR/report.html)")
      ->option_text("FILE");
  AddChoice<Pictures>(
      report, "--pictures", flags->pictures,
      {{"auto", Pictures::kAuto}, {"inside", Pictures::kInside}, {"beside", Pictures::kBeside}},
      fmt::format("where the small pictures are: inside the page, beside it in a folder named "
                  "after it, or auto: inside for at most {} images",
                  kMostInside))
      ->option_text("WHERE");
  report.add_option("--jobs", flags->jobs, "images at a time; 0: one a core (default 0)")
      ->option_text("N")
      ->check(CLI::Range(0, 1024));
  report.add_flag("-q,--quiet", flags->quiet, "print warnings and errors only");
  AddExamples(report, {"gradcut report masks", "gradcut report masks --truth truth -o page.html"});
  report.callback([flags, &status] {
    CheckOutputFile(flags->output);
    status = ReportRun(*flags).Run();
  });
}

}  // namespace gradcut
