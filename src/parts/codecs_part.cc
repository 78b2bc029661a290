#include "parts/parts.h"

extern "C" __attribute__((visibility("default"))) const gradcut::CodecsPart* GradcutPart() {
  using namespace gradcut;
  static constexpr CodecsPart kPart = {.decode = &DecodeWithOpenCv};
  return &kPart;
}
