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
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr char kMark[] = "gradcut_counts";
constexpr int kVersion = 2;

Json ToJson(const MaskReading& reading) {
  return {{"values", static_cast<int>(reading.values)},
          {"ignore", reading.ignore},
          {"background", reading.background}};
}

template <class Number>
Number WholeFrom(const Json& json, Number least, Number most) {
  const bool fits = json.is_number_unsigned()
                        ? std::cmp_greater_equal(json.get<std::uint64_t>(), least) &&
                              std::cmp_less_equal(json.get<std::uint64_t>(), most)
                        : json.is_number_integer() &&
                              std::cmp_greater_equal(json.get<std::int64_t>(), least) &&
                              std::cmp_less_equal(json.get<std::int64_t>(), most);
  Require(fits, "a {}, expected a whole number from {} to {}", json.type_name(), least, most);
  return json.get<Number>();
}

// Sums of such counts do not overflow.
CountList CountsFrom(const Json& json) {
  constexpr std::int64_t kMost = std::int64_t{1} << 60;
  CountList counts;
  for (const Json& count : json) counts.push_back(WholeFrom<std::int64_t>(count, 0, kMost));
  return counts;
}

// One of the values of an enum, whose last one is `last`.
template <class Enum>
Enum EnumFrom(const Json& json, Enum last) {
  return static_cast<Enum>(WholeFrom(json, 0, static_cast<int>(last)));
}

WhiteMeans WhiteFrom(const Json& json) { return EnumFrom(json, WhiteMeans::kIsVoid); }

MaskReading ReadingFrom(const Json& json) {
  return {.values = EnumFrom(json.at("values"), MaskValues::kIndex),
          .ignore = WholeFrom(json.at("ignore"), -1, 65535),
          .background = WholeFrom(json.at("background"), 0, 65535)};
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
  options.protocol = EnumFrom(identity.at("protocol"), Protocol::kVoc);
  options.measures = EnumFrom(identity.at("measures"), Measures::kAll);
  options.classes = identity.at("classes").get<std::vector<std::string>>();
  Require(options.classes.size() >= 2 && options.classes.size() <= 255,
          "{} classes, expected 2 to 255", options.classes.size());
  options.bootstrap.seed = WholeFrom(identity.at("seed"), decltype(options.bootstrap.seed){0},
                                     std::numeric_limits<decltype(options.bootstrap.seed)>::max());
  options.truth = ReadingFrom(identity.at("truth"));
  options.prediction = ReadingFrom(identity.at("prediction"));
  options.keep_counts = true;
  return options;
}

Json ToJson(const MaskReadings& readings) {
  return {{"counts", readings.Counts()}, {"names", readings.Names()}};
}

void AddReadings(const Json& json, MaskReadings& readings) {
  readings.AddCounts(CountReader(CountsFrom(json.at("counts"))),
                     json.at("names").get<MaskReadings::FileNames>());
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
    constexpr std::int64_t kMostPixels = std::int64_t{1} << 40;
    row.overlaps.push_back({WholeFrom(each.at(0), 0, static_cast<int>(classes) - 1),
                            WholeFrom<std::int64_t>(each.at(1), 0, kMostPixels),
                            WholeFrom<std::int64_t>(each.at(2), 0, kMostPixels)});
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

// Calls `use` with what a file holds; what it throws becomes one line that names the file.
template <class Use>
auto OfFile(const CountsFile& file, const Use& use) {
  try {
    return use(file.json);
  } catch (const std::exception& error) {
    Fail("{}: is damaged: {}", Printable(file.path), Printable(error.what()));
  }
}

// The share of the images that was counted; nothing for all of them.
std::optional<Shard> ShardOf(const Json& json) {
  const auto shard = json.find("shard");
  if (shard == json.end()) return std::nullopt;
  constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max();
  const std::size_t count = WholeFrom<std::size_t>(shard->at("count"), 1, kMost);
  return Shard{WholeFrom<std::size_t>(shard->at("index"), 0, count - 1), count};
}

// Which shards there are of those that there should be.
void FindMissingShards(std::span<const CountsFile> files, std::vector<std::string>& problems) {
  constexpr std::size_t kNamed = 100;
  std::map<std::size_t, std::set<std::size_t>> of_count;
  for (const CountsFile& file : files)
    if (const auto shard = OfFile(file, ShardOf)) of_count[shard->count].insert(shard->index);
  for (const auto& [count, indices] : of_count) {
    std::size_t missing = count - indices.size();
    for (std::size_t index = 0, named = 0; missing > 0 && named < kNamed; ++index) {
      if (indices.contains(index)) continue;
      problems.push_back(fmt::format("counts of shard {}/{} are missing", index, count));
      --missing, ++named;
    }
    if (missing > 0)
      problems.push_back(fmt::format("counts of {} more shards of {} are missing", missing, count));
  }
}

template <class Tally>
class Merger {
 public:
  explicit Merger(const EvaluateOptions& options) : counted_(options) {}

  void Add(const Json& json) {
    counted_.tally.AddCounts(CountReader(CountsFrom(json.at("counts"))));
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
    const bool fits = OfFile(file, [&](const Json& json) {
      MaskReadings own;
      AddReadings(json.at("first_readings"), own);
      return own.TruthsFit(WhiteFrom(json.at("truth_white")), counted_.first.TruthWhite()) &&
             own.PredictionsFit(WhiteFrom(json.at("prediction_white")),
                                counted_.first.PredictionWhite());
    });
    Require(fits,
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
MergedCounts Merge(std::span<const CountsFile> files, const EvaluateOptions& options) {
  Merger<Tally> merger(options);
  for (const CountsFile& file : files) OfFile(file, [&](const Json& json) { merger.Add(json); });
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
  const EvaluateOptions options =
      OfFile(files.front(), [&](const Json&) { return OptionsFrom(identity); });
  return WithTally(options, [&]<class Tally>() { return Merge<Tally>(files, options); });
}

}  // namespace gradcut
