// Image in, mask out: cut_out PHOTO MASK.png
#include <gradcut/image/image_io.h>
#include <gradcut/objectness/objectness_head.h>
#include <gradcut/segment/segmenter.h>
#include <gradcut/storage/file.h>

int main(int, char** argv) {
  using namespace gradcut;
  const auto classifier = Classifier::Load({.model = "efficientnet-lite0", .device = "cpu"});
  const Segmenter segmenter(classifier, PresetOptions("fast"),
                            DefaultObjectness(classifier->info()));
  const Segmentation found = segmenter.Segment(ReadImage(argv[1]));
  WriteFileAtomically(argv[2], EncodePng(found.mask));
}
