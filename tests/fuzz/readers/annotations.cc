// What data sets and people say of images: COCO, VOC, YOLO, hints, run lengths, polygons.

#include "dataset/coco_boxes.h"
#include "dataset/voc_boxes.h"
#include "dataset/yolo_boxes.h"
#include "dataset/yolo_names.h"
#include "fuzz/readers.h"
#include "gradcut/dataset/coco_instances.h"
#include "gradcut/dataset/hint_files.h"
#include "gradcut/dataset/hint_lines.h"
#include "gradcut/dataset/polygon_runs.h"
#include "gradcut/dataset/run_lengths.h"

#include <cstring>
#include <opencv2/core.hpp>

namespace gradcut::fuzz {
namespace {

const cv::Size kPhoto(64, 48);

// What all hints go through before a cut sees them.
void Use(const Hints& hints) {
  MayRefuse([&] {
    const Hints checked = CheckedHints(hints, kPhoto);
    Holds(DrawnHints(checked, kPhoto).size() == kPhoto, "a drawing of another size");
    const std::string line = HintsToJsonLine("a.jpg", checked);
    Holds(HintsFromJsonLine(line, "again").strokes.size() == checked.strokes.size(),
          "strokes get lost in writing");
  });
}

// As `gradcut mask --hints FILE` reads it.
void FindIn(const std::filesystem::path& file) {
  const Input photo = {"photos/a.jpg", "a.jpg"};
  MayRefuse([&] {
    const HintFiles hints(std::vector{file}, HintImages::kTrimap, std::vector{photo});
    hints.Digest(photo);
    for (const std::string& warning : hints.Warnings()) CheckMessage(warning);
    Use(hints.Find(photo, kPhoto));
  });
}

}  // namespace

void ReadCocoBoxes(Bytes bytes) { FindIn(FileWith("hints.json", bytes)); }

void ReadHintLines(Bytes bytes) {
  FindIn(FileWith("hints.jsonl", bytes));
  MayRefuse([&] { Use(HintsFromJsonLine(AsText(bytes), "line")); });
}

void ReadCocoInstances(Bytes bytes) {
  const auto path = FileWith("instances.json", bytes);
  MayRefuse([&] {
    for (const CocoInstance& instance : gradcut::ReadCocoInstances(path).instances) {
      CheckRuns(instance.mask);
      Holds(ObjectPixels(instance.mask) >= 0, "an object of a negative size");
    }
  });
}

void ReadVocBoxes(Bytes bytes) {
  const auto path = FileWith("voc/a.xml", bytes);
  MayRefuse([&] { Use(gradcut::ReadVocBoxes(path).hints); });
}

void ReadYoloBoxes(Bytes bytes) {
  const auto path = FileWith("yolo/a.txt", bytes);
  const YoloNames names = {"data.yaml", {{0, "dog"}, {1, "cat"}}};
  MayRefuse([&] { Use(gradcut::ReadYoloBoxes(path, kPhoto, names).hints); });
  MayRefuse([&] { Use(gradcut::ReadYoloBoxes(path, kPhoto, {}).hints); });
}

void ReadYoloNames(Bytes bytes) {
  const auto folder = FileWith("names/a/data.yaml", bytes).parent_path();
  MayRefuse([&] { FindYoloNames(folder); });
  const auto beside = FileWith("names/lines/classes.txt", bytes).parent_path();
  MayRefuse([&] { FindYoloNames(beside); });
}

// Two bytes of the size, then COCO's compressed counts.
void ReadRunLengths(Bytes bytes) {
  if (bytes.size() < 2) return;
  const int rows = bytes[0], cols = bytes[1];
  MayReject([&] {
    const RunLengths runs = DecompressRuns(AsText(bytes.subspan(2)), rows, cols);
    const cv::Mat mask = DecodeRuns(runs);
    Holds(mask.rows == rows && mask.cols == cols, "a mask of another size than its runs");
    Holds(cv::countNonZero(mask) == ObjectPixels(runs), "runs and mask disagree");
    const RunLengths again = EncodeRuns(mask);
    Holds(cv::countNonZero(DecodeRuns(again) != mask) == 0, "a mask changes by its runs");
    const RunLengths read = DecompressRuns(CompressRuns(runs), rows, cols);
    Holds(read.counts == runs.counts, "counts change when they are written and read");
    Holds(CommonPixels(runs, again) == ObjectPixels(runs), "a mask is not in itself");
    Holds(ObjectPixels(UniteRuns(runs, again)) == ObjectPixels(runs), "a mask outgrows itself");
  });
}

// Two bytes of the size, then the corners as floats.
void ReadPolygon(Bytes bytes) {
  if (bytes.size() < 2) return;
  const int rows = bytes[0], cols = bytes[1];
  std::vector<cv::Point2d> corners;
  for (Bytes rest = bytes.subspan(2); rest.size() >= 2 * sizeof(float) && corners.size() < 64;
       rest = rest.subspan(2 * sizeof(float))) {
    float xy[2];
    std::memcpy(xy, rest.data(), sizeof xy);
    corners.emplace_back(xy[0], xy[1]);
  }
  MayReject([&] { CheckRuns(FillPolygon(corners, rows, cols)); });
}

}  // namespace gradcut::fuzz
