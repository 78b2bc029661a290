#include "fuzz/readers.h"

#include "support/temporary_folder.h"

#include <array>
#include <fstream>

namespace gradcut::fuzz {

std::span<const Reader> Readers() {
  static constexpr std::array kReaders = {Reader{"bmp", ReadBmp},
                                          Reader{"class_flag", ReadClassFlag},
                                          Reader{"class_map", ReadClassMap},
                                          Reader{"coco_boxes", ReadCocoBoxes},
                                          Reader{"coco_instances", ReadCocoInstances},
                                          Reader{"dimacs", ReadDimacs},
                                          Reader{"edit_request", ReadEditRequest},
                                          Reader{"eval_counts", ReadEvalCounts},
                                          Reader{"heif", ReadHeif},
                                          Reader{"hint_lines", ReadHintLines},
                                          Reader{"hint_log", ReadHintLog},
                                          Reader{"jpeg", ReadJpeg},
                                          Reader{"label_evidence", ReadLabelEvidence},
                                          Reader{"label_model", ReadLabelModel},
                                          Reader{"label_table", ReadLabelTable},
                                          Reader{"linear_head", ReadLinearHead},
                                          Reader{"mask_image", ReadMaskImage},
                                          Reader{"merged_runs", ReadMergedRuns},
                                          Reader{"metadata", ReadMetadata},
                                          Reader{"npy_array", ReadNpyArray},
                                          Reader{"npy_dict", ReadNpyDict},
                                          Reader{"path_list", ReadPathList},
                                          Reader{"pickle", ReadPickle},
                                          Reader{"png", ReadPng},
                                          Reader{"pnm", ReadPnm},
                                          Reader{"polygon", ReadPolygon},
                                          Reader{"recipe", ReadRecipe},
                                          Reader{"run_folder", ReadRunFolder},
                                          Reader{"run_lengths", ReadRunLengths},
                                          Reader{"safetensors", ReadSafetensors},
                                          Reader{"shard_flag", ReadShardFlag},
                                          Reader{"sweep_flag", ReadSweepFlag},
                                          Reader{"tar", ReadTar},
                                          Reader{"tiff", ReadTiff},
                                          Reader{"torch_pickle", ReadTorchPickle},
                                          Reader{"torch_save", ReadTorchSave},
                                          Reader{"voc_boxes", ReadVocBoxes},
                                          Reader{"webp", ReadWebp},
                                          Reader{"yolo_boxes", ReadYoloBoxes},
                                          Reader{"yolo_names", ReadYoloNames},
                                          Reader{"zip", ReadZip}};
  return kReaders;
}

const Reader& ReaderNamed(std::string_view name) {
  for (const Reader& reader : Readers())
    if (reader.name == name) return reader;
  throw std::out_of_range("there is no reader " + std::string(name));
}

std::filesystem::path FileWith(const std::string& name, Bytes bytes) {
  static const TemporaryFolder folder;
  const std::filesystem::path path = folder / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  Holds(file.good(), "the fuzzer's own file cannot be written");
  return path;
}

std::pair<Bytes, Bytes> SplitInTwo(Bytes bytes) {
  constexpr std::string_view kBetween = "\n---\n";
  const std::size_t at = AsText(bytes).find(kBetween);
  if (at == std::string_view::npos) return {bytes, {}};
  return {bytes.first(at), bytes.subspan(at + kBetween.size())};
}

void CheckMessage(std::string_view message) {
  constexpr std::size_t kLongest = 100'000;
  Holds(!message.empty(), "a message that says nothing");
  Holds(message.size() < kLongest, "a message without end");
}

}  // namespace gradcut::fuzz
