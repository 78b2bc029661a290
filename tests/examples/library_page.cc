// What include/README.md shows, so that it compiles and runs.
#include <gradcut/graphcut/contrast.h>
#include <gradcut/image/image_io.h>
#include <gradcut/metrics/evaluate.h>
#include <gradcut/metrics/report.h>
#include <gradcut/render/render.h>
#include <gradcut/segment/segmenter.h>
#include <gradcut/segment/session.h>
#include <gradcut/storage/file.h>

#include <fmt/format.h>

#include <opencv2/core.hpp>

using namespace gradcut;

void HeatMap() {
  const auto classifier = Classifier::Load({.model = "efficientnet-lite0"});
  const Segmenter segmenter(classifier, PresetOptions("fast"));
  const Segmentation located = segmenter.Locate(ReadImage("photo.png"));
  WriteFileAtomically("heat.png", EncodePng(ColourHeatMap(located.heat_map)));
}

void Corrections() {
  const auto classifier = Classifier::Load({.model = "efficientnet-lite0"});
  const Segmenter segmenter(classifier, PresetOptions("fast"));
  Session session(segmenter, ReadImage("photo.png"));
  session.Add(HintStroke{.points = {{120.5, 80.5}}});                  // the object is here
  session.Add(HintStroke{.points = {{30.5, 40.5}}, .object = false});  // this is none of it
  WriteFileAtomically("mended.png", EncodePng(session.Segment().mask));
  session.Undo();
  const Segmentation objects = session.Segment({.boxes = {{.id = 1, .box = {10, 20, 90, 60}}}});
  WriteFileAtomically("objects.png", EncodePng(objects.mask));
}

void OwnEnergy(const cv::Mat& image, const cv::Mat& log_odds) {
  GridEnergy energy;
  SetUnary(log_odds, energy);                            // CV_32FC1, nats; positive: object
  AddContrastWeights(image, GraphcutOptions(), energy);  // parting like colours costs more
  Cut cut = MinCut(energy);                              // one label, 0 or 1, a pixel
  const cv::Mat mask = cv::Mat(image.size(), CV_8UC1, cut.labels.data()) * 255;
  WriteFileAtomically("cut.png", EncodePng(mask));
}

void Evaluation() {
  EvaluateOptions options;
  options.pairing = {.predictions = "masks", .truth = "truth"};
  const EvaluateReport report = Evaluate(options);
  fmt::print("{}", ToTable(report, /*worst=*/10));
}

int main() {
  HeatMap();
  Corrections();
  const cv::Mat image = ReadImage("photo.png");
  cv::Mat log_odds(image.size(), CV_32FC1, cv::Scalar(-1));
  log_odds(cv::Rect(image.cols / 4, image.rows / 4, image.cols / 2, image.rows / 2)).setTo(1);
  OwnEnergy(image, log_odds);
  Evaluation();
}
