#include "workflow/evidence_store.h"

#include "gradcut/labels/label_evidence_file.h"
#include "gradcut/storage/sha256.h"
#include "run/source_stamp.h"

#include <span>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

std::string HashOf(const std::string& text) { return Sha256(std::as_bytes(std::span(text))); }

}  // namespace

EvidenceStore::EvidenceStore(fs::path folder, std::string origin)
    : folder_(std::move(folder), "evidence that gradcut label keeps while it runs",
              "[0-9a-f]{64}\\.safetensors"),
      origin_(std::move(origin)) {}

std::vector<LabelEvidence> EvidenceStore::Find(const Labeller& labeller, const fs::path& image,
                                               const std::vector<int>& present,
                                               const std::function<cv::Mat()>& read) const {
  if (present.empty()) return {};
  const std::string origin = HashOf(origin_ + " " + StampOf(image).dump());
  const fs::path file = folder_.path() / (HashOf(image.string()) + ".safetensors");
  if (auto kept = ReadLabelEvidence(origin, file)) return std::move(*kept);
  std::vector<LabelEvidence> evidence = labeller.Gather(read(), present);
  std::call_once(*claimed_, [this] { folder_.Claim(); });
  WriteLabelEvidence(evidence, origin, file);
  return evidence;
}

}  // namespace gradcut
