// Tables, recipes, what a run leaves, and flow networks.

#include "fuzz/readers.h"
#include "gradcut/core/image_length.h"
#include "gradcut/cut/cut_options.h"
#include "gradcut/dataset/image_labels.h"
#include "gradcut/graphcut/dimacs.h"
#include "gradcut/labels/class_groups.h"
#include "gradcut/options/option_texts.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/run_record.h"
#include "gradcut/run/run_totals.h"
#include "run/entry_text.h"
#include "run/run_folder.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

namespace gradcut::fuzz {
namespace {

constexpr int kClasses = 1000;

}  // namespace

void ReadClassMap(Bytes bytes) {
  const auto path = FileWith("classes.tsv", bytes);
  MayRefuse([&] {
    for (const auto& [name, indices] : gradcut::ReadClassMap(path, kClasses)) {
      Holds(std::is_sorted(indices.begin(), indices.end()), "indices that do not ascend");
      for (const int index : indices) Holds(index >= 0 && index < kClasses, "no such class");
    }
  });
}

void ReadLabelTable(Bytes bytes) {
  const auto path = FileWith("labels.tsv", bytes);
  const auto images = FileWith("images/a b.jpg", {}).parent_path();
  FileWith("images/2008_000008.jpg", {});
  FileWith("images/sub/a.png", {});
  const std::vector<std::string> known = {"dog", "dining table", "tv"};
  MayRefuse([&] {
    for (const LabelledImage& image : ReadImageLabels({path, images}, known).images)
      Holds(!image.path.empty(), "an image without a file");
  });
  MayRefuse([&] { ReadImageLabels({path}); });
}

// A TOML file of options; behind a line of three hyphens, a run.json.
void ReadRecipe(Bytes bytes) {
  const auto [toml, run] = SplitInTwo(bytes);
  for (const auto& path : {FileWith("recipe.toml", toml), FileWith("run.json", run)})
    MayRefuse([&] {
      ReadOptionFile(path, [](const std::string& key, const nlohmann::json& value) {
        ValueText(value);
        if (!value.is_object()) return;
        CutOptions options;
        OptionList list;
        Describe(options, list);
        OptionTexts texts;
        ReadStage(key, value, list, texts);
        SetOptions(texts, list);
        ValidateOptions(list);
        OptionsToJson(list);
      });
    });
}

// run.json and, behind a line of three hyphens, the manifest.
void ReadRunFolder(Bytes bytes) {
  const auto [run, manifest] = SplitInTwo(bytes);
  const auto folder = FileWith("run/run.json", run).parent_path();
  const auto path = FileWith("run/manifest.jsonl", manifest);
  MayRefuse([&] {
    for (const nlohmann::json& entry : EntriesIn(path)) {
      FateOf({.entry = entry, .failure = {}});
      NoteOf(entry);
      for (const auto& file : FilesOf(entry, folder))
        Holds(!file.is_absolute() && *file.lexically_normal().begin() != "..",
              "a manifest leads out of its folder");
    }
  });
  MayRefuse([&] {
    const RunRecord record = ReadRun(folder);
    for (const nlohmann::json& entry : record.entries) record.PhotoOf(entry);
    EngineOf(record.run.at("made_by"));
  });
  MayRefuse([&] {
    const std::vector<BatchItem> items = {
        {.input = {"in/a.jpg", "a.jpg"}, .outputs = {folder / "a.png"}}};
    const nlohmann::json identity = {{"recipe", {{"seeds", {{"hard", true}}}}},
                                     {"made_by", {{"command", "mask"}, {"version", "1"}}}};
    RunFolder(folder, Shard())
        .Admit(
            identity, [&] { return items; }, items, Existing::kSkip);
  });
  MayRefuse([&] {
    ManifestWriter writer(path);
    writer.Read(std::vector{path});
    writer.OriginOf("a.png");
    writer.Start();
    for (const nlohmann::json& entry : EntriesIn(path)) {
      const nlohmann::json earlier = writer.Earlier(entry);
      EntryText text(writer.EarlierLine(entry));
      Holds(earlier.is_null() || nlohmann::json::parse(text.Line()) == earlier,
            "the fields of an entry are not those of its line");
      text.Set("status", "skipped");
      Holds(text.Parse({"status"}) == nlohmann::json({{"status", "skipped"}}),
            "a field has not what it was set to");
      writer.Write(earlier);
    }
    writer.DropSuperseded();
    writer.Finish();
  });
}

void ReadDimacs(Bytes bytes) {
  // A grid needs no arcs: a line may ask for as many pixels as there may be.
  const std::size_t grid = AsText(bytes).find("grid");
  int rows = 0, cols = 0;
  if (grid != std::string_view::npos &&
      std::sscanf(std::string(AsText(bytes.subspan(grid))).c_str(), "grid %d %d", &rows, &cols) ==
          2 &&
      double(rows) * cols > 1e6)
    return;
  MayRefuse([&] {
    std::istringstream in{std::string(AsText(bytes))};
    const GridEnergy energy = gradcut::ReadDimacs(in, "file");
    Check(energy);
    std::ostringstream out;
    WriteDimacs(energy, out);
    std::istringstream back(out.str());
    const GridEnergy again = gradcut::ReadDimacs(back, "again");
    Holds(again.unary == energy.unary && again.pairwise == energy.pairwise &&
              again.constant == energy.constant,
          "an energy changes when it is written and read");
  });
}

}  // namespace gradcut::fuzz
