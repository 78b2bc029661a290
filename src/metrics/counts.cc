#include "gradcut/metrics/counts.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"
#include "metrics/counted.h"
#include "metrics/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr char kMark[] = "gradcut_counts";
constexpr int kVersion = 1;

Json ToJson(const MaskReading& reading) {
  return {{"values", static_cast<int>(reading.values)},
          {"ignore", reading.ignore},
          {"background", reading.background}};
}

MaskReading ReadingFrom(const Json& json, int white) {
  return {.values = static_cast<MaskValues>(json.at("values").get<int>()),
          .white = static_cast<WhiteMeans>(white),
          .ignore = json.at("ignore"),
          .background = json.at("background")};
}

// What must be the same of all that is added up.
Json IdentityOf(const EvaluateOptions& options) {
  return {{"heat_maps", options.pairing.kind == PredictionKind::kHeatMaps},
          {"protocol", static_cast<int>(options.protocol)},
          {"measures", static_cast<int>(options.measures)},
          {"classes", options.classes},
          {"seed", options.bootstrap.seed},
          {"truth", ToJson(options.truth)},
          {"prediction", ToJson(options.prediction)}};
}

EvaluateOptions OptionsFrom(const Json& identity) {
  EvaluateOptions options;
  options.pairing.kind =
      identity.at("heat_maps") ? PredictionKind::kHeatMaps : PredictionKind::kMasks;
  options.protocol = static_cast<Protocol>(identity.at("protocol").get<int>());
  options.measures = static_cast<Measures>(identity.at("measures").get<int>());
  options.classes = identity.at("classes").get<std::vector<std::string>>();
  Require(options.classes.size() >= 2 && options.classes.size() <= 255,
          "{} classes, expected 2 to 255", options.classes.size());
  options.bootstrap.seed = identity.at("seed");
  options.truth = ReadingFrom(identity.at("truth"), 0);
  options.prediction = ReadingFrom(identity.at("prediction"), 0);
  options.keep_counts = true;
  return options;
}

Json ToJson(const MaskReadings& readings) {
  return {{"counts", readings.Counts()}, {"names", readings.Names()}};
}

void AddReadings(const Json& json, MaskReadings& readings) {
  readings.AddCounts(CountReader(json.at("counts").get<CountList>()),
                     json.at("names").get<std::array<std::string, 2>>());
}

// An image with the overlaps of its classes, where there are any.
struct CountedRow {
  ImageResult image;
  ClassOverlaps overlaps;
};

Json ToJson(const ImageResult& image, const ClassOverlaps* overlaps) {
  Json row = {{"key", image.key}, {"missing", image.missing}, {"values", Json::array()}};
  for (const double value : image.values)  // JSON has no NaN.
    row["values"].push_back(std::isnan(value) ? Json() : Json(value));
  if (overlaps == nullptr) return row;
  row["overlaps"] = Json::array();
  for (const ClassOverlap& each : *overlaps)
    row["overlaps"].push_back({each.class_index, each.both, each.either});
  return row;
}

CountedRow RowFrom(const Json& json, std::size_t columns, std::size_t classes) {
  CountedRow row = {{json.at("key"), json.at("missing"), {}}, {}};
  for (const Json& value : json.at("values"))
    row.image.values.push_back(value.is_null() ? kUndefined : value.get<double>());
  Require(row.image.values.size() == columns, "an image has {} values, expected {}",
          row.image.values.size(), columns);
  for (const Json& each : json.value("overlaps", Json::array())) {
    row.overlaps.push_back({each.at(0), each.at(1), each.at(2)});
    const int index = row.overlaps.back().class_index;
    Require(index >= 0 && static_cast<std::size_t>(index) < classes, "class {} of {}", index,
            classes);
  }
  return row;
}

void Append(const Json& list, std::vector<std::string>& lines) {
  for (const Json& line : list) lines.push_back(line);
}

// A counts file as it was read.
struct CountsFile {
  fs::path path;
  Json json;
};

CountsFile ReadCounts(const fs::path& path) {
  CountsFile file = {path, Json::parse(ReadText(path), nullptr, /*allow_exceptions=*/false)};
  Require(file.json.is_object() && file.json.value(kMark, Json()) == kVersion,
          "{}: holds no counts of gradcut eval --counts, or those of another version",
          Printable(path));
  return file;
}

// Names the first thing in which two evaluations differ.
std::string DifferenceOf(const Json& a, const Json& b) {
  for (const auto& [key, value] : a.items())
    if (b.value(key, Json()) != value)
      return fmt::format("{} is {} in one, {} in the other", key, b.value(key, Json()).dump(),
                         value.dump());
  return "they differ";
}

// Which shards there are of those that there should be.
void FindMissingShards(std::span<const CountsFile> files, std::vector<std::string>& problems) {
  std::map<std::size_t, std::set<std::size_t>> of_count;
  for (const CountsFile& file : files)
    if (const Json shard = file.json.value("shard", Json()); shard.is_object())
      of_count[shard.at("count")].insert(shard.at("index").get<std::size_t>());
  for (const auto& [count, indices] : of_count)
    for (std::size_t index = 0; index < count; ++index)
      if (!indices.contains(index))
        problems.push_back(fmt::format("counts of shard {}/{} are missing", index, count));
}

template <class Tally>
class Merger {
 public:
  explicit Merger(const Json& identity) : counted_(OptionsFrom(identity)) {}

  void Add(const Json& json) {
    counted_.tally.AddCounts(CountReader(json.at("counts").get<CountList>()));
    AddReadings(json.at("readings"), counted_.tally.readings());
    AddReadings(json.at("first_readings"), counted_.first);
    const std::size_t columns = counted_.tally.Columns().size();
    for (const Json& row : json.at("images"))
      rows_.push_back(RowFrom(row, columns, counted_.options.classes.size()));
    EvaluateReport& report = counted_.report;
    Append(json.at("warnings"), report.warnings);
    Append(json.at("missing"), report.missing);
    Append(json.at("extra"), report.extra);
    Append(json.at("unscored"), report.unscored);
    Append(json.at("failed"), report.failures);
  }

  // What 255 was taken for must be what all files together say.
  void CheckWhite(const CountsFile& file) const {
    MaskReadings own;
    AddReadings(file.json.at("first_readings"), own);
    const auto used = [&](const char* key) {
      return static_cast<WhiteMeans>(file.json.at(key).get<int>());
    };
    Require(own.TruthsFit(used("truth_white"), counted_.first.TruthWhite()) &&
                own.PredictionsFit(used("prediction_white"), counted_.first.PredictionWhite()),
            "{}: took 255 in masks for something else than all shards together do; evaluate again "
            "with --mask-values",
            Printable(file.path));
  }

  MergedCounts Finish(std::vector<std::string> problems) && {
    std::stable_sort(rows_.begin(), rows_.end(), [](const CountedRow& a, const CountedRow& b) {
      return a.image.key < b.image.key;
    });
    for (std::size_t i = 1; i < rows_.size(); ++i)
      if (rows_[i].image.key == rows_[i - 1].image.key)
        Fail(
            "{}: is counted twice: its counts cannot be told from the others' any more; evaluate "
            "each image in one shard",
            Printable(rows_[i].image.key));
    EvaluateReport& report = counted_.report;
    for (CountedRow& row : rows_) {
      report.images.push_back(std::move(row.image));
      if constexpr (requires { counted_.tally.AddOverlaps(row.overlaps); })
        counted_.tally.AddOverlaps(std::move(row.overlaps));
    }
    return {Finished(std::move(counted_)), std::move(problems)};
  }

 private:
  Counted<Tally> counted_;
  std::vector<CountedRow> rows_;
};

template <class Tally>
MergedCounts Merge(std::span<const CountsFile> files, const Json& identity) {
  Merger<Tally> merger(identity);
  for (const CountsFile& file : files) {
    try {
      merger.Add(file.json);
    } catch (const std::exception& error) {
      Fail("{}: is damaged: {}", Printable(file.path), Printable(error.what()));
    }
  }
  for (const CountsFile& file : files) merger.CheckWhite(file);
  std::vector<std::string> problems;
  FindMissingShards(files, problems);
  return std::move(merger).Finish(std::move(problems));
}

}  // namespace

bool IsCountsFile(const fs::path& file) {
  if (LowerExtension(file) != ".json") return false;
  // The mark comes first, so that nothing large is read for nothing.
  std::ifstream stream(file);
  std::string head(64, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.find(fmt::format("\"{}\"", kMark)) != std::string::npos;
}

std::string CountsText(const EvaluateOptions& options, const CountList& counts,
                       const MaskReadings& readings, const MaskReadings& first,
                       const EvaluateReport& report, const std::vector<std::string>& warnings) {
  Json json = {{"evaluation", IdentityOf(options)},
               {"truth_white", static_cast<int>(options.truth.white)},
               {"prediction_white", static_cast<int>(options.prediction.white)},
               {"counts", counts},
               {"readings", ToJson(readings)},
               {"first_readings", ToJson(first)},
               {"warnings", warnings},
               {"missing", report.missing},
               {"extra", report.extra},
               {"unscored", report.unscored},
               {"failed", report.failures},
               {"columns", report.columns}};
  if (options.shard && options.shard->count > 1)
    json["shard"] = {{"index", options.shard->index}, {"count", options.shard->count}};
  json["images"] = Json::array();
  for (std::size_t i = 0; i < report.images.size(); ++i)
    json["images"].push_back(
        ToJson(report.images[i], report.overlaps.empty() ? nullptr : &report.overlaps[i]));
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return fmt::format("{{\"{}\":{},{}\n", kMark, kVersion, text.substr(1));
}

MergedCounts MergeCounts(std::span<const fs::path> paths) {
  Require(!paths.empty(), "no counts to add up");
  std::vector<CountsFile> files;
  for (const fs::path& path : paths) files.push_back(ReadCounts(path));
  const Json identity = files.front().json.value("evaluation", Json::object());
  for (const CountsFile& file : files)
    if (const Json other = file.json.value("evaluation", Json::object()); other != identity)
      Fail("{}: is of another evaluation than {}: {}", Printable(file.path),
           Printable(files.front().path), DifferenceOf(other, identity));
  EvaluateOptions options;
  try {
    options = OptionsFrom(identity);
  } catch (const std::exception& error) {
    Fail("{}: is damaged: {}", Printable(files.front().path), Printable(error.what()));
  }
  return WithTally(options, [&]<class Tally>() { return Merge<Tally>(files, identity); });
}

}  // namespace gradcut
