// What commands leave for others to go on with.

#include "fuzz/readers.h"
#include "gradcut/core/hints.h"
#include "gradcut/dataset/hint_files.h"
#include "gradcut/labels/label_evidence_file.h"
#include "gradcut/labels/label_model_file.h"
#include "gradcut/learn/linear_head.h"
#include "gradcut/metrics/counts.h"
#include "workflow/hint_log.h"
#include "workflow/merge_index.h"

#include <optional>

namespace gradcut::fuzz {
namespace {

constexpr char kOrigin[] = "origin";  // Of the files that a run may go on with.

}  // namespace

// Counts of two shards.
void ReadEvalCounts(Bytes bytes) {
  const auto [first, second] = SplitInTwo(bytes);
  const std::filesystem::path a = FileWith("counts/0.json", first);
  const std::filesystem::path b = FileWith("counts/1.json", second);
  MayRefuse([&] { MergeCounts(std::vector{a}); });
  MayRefuse([&] {
    const MergedCounts merged = MergeCounts(std::vector{a, b});
    for (const std::string& problem : merged.problems) CheckMessage(problem);
    const auto all = FileWith("counts/all.json", BytesOf(merged.report.counts));
    Holds(MergeCounts(std::vector{all}).report.counts == merged.report.counts,
          "sums change when they are added up alone");
  });
}

// The manifests of two runs.
void ReadMergedRuns(Bytes bytes) {
  const auto [first, second] = SplitInTwo(bytes);
  std::vector<MergedRun> runs;
  for (const auto& [name, part] : {std::pair("a", first), {"b", second}}) {
    const auto manifest = FileWith(std::string("merge/") + name + "/manifest.jsonl", part);
    const auto folder = manifest.parent_path();
    runs.push_back({folder, {folder / "run.json", manifest, {{"folder", "/photos"}}}});
  }
  FileWith("merge/a/a.png", {});
  MayRefuse([&] {
    MergeIndex index(runs);
    index.Place({"in/a.jpg", "a.jpg"}, "/photos", 0);
    for (const MergeIndex::Item* item : index.Ordered())
      Holds(index.EntryOf(*item).contains("path"), "an entry without a path");
    index.DoubledFiles();
  });
}

// What an editor goes on with says the same when it has been compacted.
void ReadHintLog(Bytes bytes) {
  const auto path = FileWith("log/hints.jsonl", bytes);
  const Input photo = {"a.jpg", "a.jpg"};
  const auto digest = [&]() -> std::optional<std::string> {
    try {
      return HintFiles(std::vector{path}).Digest(photo);
    } catch (const Error&) {
      return std::nullopt;
    }
  };
  MayRefuse([&] {
    HintLog log(path, Durability::kFast);
    const std::optional<std::string> before = digest();
    log.Compact();
    if (before) Holds(digest() == before, "hints change when they are compacted");
    Hints hints;
    hints.strokes.push_back({.points = {{3, 4}}, .radius = 2});
    log.Replace(photo.path.string(), hints);
    if (before)
      Holds(digest() == HintFiles::DigestOf(hints), "hints are not those that were drawn");
  });
}

void ReadLabelEvidence(Bytes bytes) {
  const auto path = FileWith("evidence.safetensors", bytes);
  MayRefuse([&] {
    const auto evidence = gradcut::ReadLabelEvidence(kOrigin, path);
    if (!evidence) return;
    const auto again = FileWith("again.safetensors", {});
    WriteLabelEvidence(*evidence, kOrigin, again);
    Holds(gradcut::ReadLabelEvidence(kOrigin, again)->size() == evidence->size(),
          "evidence gets lost in writing");
  });
}

void ReadLabelModel(Bytes bytes) {
  const auto path = FileWith("model.safetensors", bytes);
  MayRefuse([&] {
    const auto model = gradcut::ReadLabelModel(kOrigin, path);
    if (!model) return;
    const auto again = FileWith("again.safetensors", {});
    WriteLabelModel(*model, kOrigin, again);
    Holds(gradcut::ReadLabelModel(kOrigin, again)->networks.size() == model->networks.size(),
          "a model gets lost in writing");
  });
}

void ReadLinearHead(Bytes bytes) {
  const auto path = FileWith("head.safetensors", bytes);
  MayRefuse([&] {
    const LinearHead head = ReadHead(path);
    const auto again = FileWith("again.safetensors", {});
    WriteHead(head, again);
    Holds(ReadHead(again).classes == head.classes, "classes change when they are written and read");
  });
}

}  // namespace gradcut::fuzz
