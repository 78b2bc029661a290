#pragma once

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace gradcut::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// Something that reads what strangers wrote. What it throws is a fault of gradcut; so is whatever
/// the sanitizers find.
struct Reader {
  std::string_view name;
  void (*read)(Bytes bytes);
};

/// All of them, in the order of their names.
std::span<const Reader> Readers();

/// Throws `std::out_of_range`.
const Reader& ReaderNamed(std::string_view name);

/// A file of that name with these bytes, the same one in all calls with the name. Its folder is
/// this process's own and holds nothing else.
std::filesystem::path FileWith(const std::string& name, Bytes bytes);

/// Throws `std::logic_error` unless the message says something, and not all of the file.
void CheckMessage(std::string_view message);

/// The part up to a line of three hyphens, and the rest.
std::pair<Bytes, Bytes> SplitInTwo(Bytes bytes);

/// Throws `std::logic_error` naming what does not hold.
inline void Holds(bool condition, const char* what) {
  if (!condition) throw std::logic_error(what);
}

/// Calls `read`, which may refuse by `Error`, as readers of files do.
template <class Read>
void MayRefuse(const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    CheckMessage(error.what());
  }
}

/// The same for functions that say `std::invalid_argument`, whose callers add the name of the file
/// and make the cause printable.
template <class Read>
void MayReject(const Read& read) {
  try {
    MayRefuse(read);
  } catch (const std::invalid_argument& error) {
    Holds(error.what()[0] != '\0', "a message that says nothing");
  }
}

// The readers, by the file of `readers/` that they are in.

void ReadBmp(Bytes bytes);  // images.cc
void ReadHeif(Bytes bytes);
void ReadJpeg(Bytes bytes);
void ReadPng(Bytes bytes);
void ReadPnm(Bytes bytes);
void ReadTiff(Bytes bytes);
void ReadWebp(Bytes bytes);
void ReadMetadata(Bytes bytes);
void ReadMaskImage(Bytes bytes);

void ReadNpyArray(Bytes bytes);  // tensors.cc
void ReadNpyDict(Bytes bytes);
void ReadPickle(Bytes bytes);
void ReadSafetensors(Bytes bytes);
void ReadTorchPickle(Bytes bytes);
void ReadTorchSave(Bytes bytes);
void ReadZip(Bytes bytes);

void ReadClassMap(Bytes bytes);  // tables.cc
void ReadLabelTable(Bytes bytes);
void ReadRecipe(Bytes bytes);
void ReadRunFolder(Bytes bytes);
void ReadDimacs(Bytes bytes);

void ReadCocoBoxes(Bytes bytes);  // annotations.cc
void ReadCocoInstances(Bytes bytes);
void ReadHintLines(Bytes bytes);
void ReadPolygon(Bytes bytes);
void ReadRunLengths(Bytes bytes);
void ReadVocBoxes(Bytes bytes);
void ReadYoloBoxes(Bytes bytes);
void ReadYoloNames(Bytes bytes);

void ReadEvalCounts(Bytes bytes);  // results.cc
void ReadHintLog(Bytes bytes);
void ReadLabelEvidence(Bytes bytes);
void ReadLabelModel(Bytes bytes);
void ReadLinearHead(Bytes bytes);
void ReadMergedRuns(Bytes bytes);

void ReadPathList(Bytes bytes);  // inputs.cc
void ReadTar(Bytes bytes);

void ReadClassFlag(Bytes bytes);  // flags.cc
void ReadShardFlag(Bytes bytes);
void ReadSweepFlag(Bytes bytes);

void ReadEditRequest(Bytes bytes);  // edit_requests.cc

}  // namespace gradcut::fuzz
