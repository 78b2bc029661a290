// Arrays, pickles and weights.

#include "fuzz/readers.h"
#include "fuzz/zip_file.h"
#include "gradcut/dataset/class_maps.h"
#include "gradcut/tensor/npy.h"
#include "gradcut/tensor/safetensors.h"
#include "gradcut/tensor/torch_file.h"
#include "tensor/npy_header.h"
#include "tensor/pickle.h"
#include "tensor/zip_archive.h"

#include <algorithm>

namespace gradcut::fuzz {
namespace {

const ImageReadOptions kSmallImage = {.max_megapixels = 0.25};

// Each byte of each tensor is there.
void Touch(const StoredTensors& tensors) {
  unsigned sum = 0;
  for (const auto& [name, tensor] : tensors) {
    const auto element = ElementBytes(tensor.dtype);
    Holds(element.has_value(), "a tensor of an unknown type");
    const auto size = TensorBytes(tensor.shape, *element);
    Holds(size && *size == static_cast<std::int64_t>(tensor.bytes.size()),
          "a tensor's shape and bytes disagree");
    for (const std::byte byte : tensor.bytes) sum += std::to_integer<unsigned>(byte);
  }
  static volatile unsigned kept = 0;
  kept = kept + sum;
}

}  // namespace

void ReadNpyArray(Bytes bytes) {
  MayRefuse([&] {
    const NpyArray array = DecodeNpy(bytes, "file");
    const NpyArray again = DecodeNpy(EncodeNpy(array), "again");
    Holds(again.shape == array.shape && again.dtype == array.dtype && again.bytes == array.bytes,
          "an array changes when it is written and read");
  });
  MayRefuse([&] {
    for (const cv::Mat& map : ReadClassMaps(FileWith("maps.npy", bytes), kSmallImage).maps)
      Holds(map.type() == CV_32FC1, "a map of another type");
  });
}

// The pickled dicts that methods of weakly supervised segmentation leave.
void ReadNpyDict(Bytes bytes) {
  const NpyHeader header = {.descr = "|O", .fortran_order = false, .shape = {}};
  const std::vector<std::uint8_t> file = JoinNpy({header, bytes});
  MayRefuse([&] {
    const ClassMaps maps = ReadClassMaps(FileWith("dict.npy", file), kSmallImage);
    Holds(maps.keys.size() == maps.maps.size(), "not one key a map");
  });
}

void ReadPickle(Bytes bytes) {
  MayReject([&] {
    const Pickle pickle(std::as_bytes(bytes));
    Holds(pickle.size() <= bytes.size(), "a pickle that is longer than its file");
  });
}

void ReadSafetensors(Bytes bytes) {
  const auto path = FileWith("weights.safetensors", bytes);
  MayRefuse([&] {
    const SafetensorsFile file = SafetensorsFile::Open(path);
    Touch(file.tensors());
    for (const auto& [name, tensor] : file.tensors()) {
      file.Matrix(name, 1);
      file.Matrix(name, 2);
    }
    const auto copy = FileWith("copy.safetensors", {});
    WriteSafetensors(copy, file.tensors(), file.metadata());
    const SafetensorsFile again = SafetensorsFile::Open(copy);
    Holds(again.metadata() == file.metadata(), "metadata change when they are written and read");
    Holds(again.tensors().size() == file.tensors().size(), "tensors get lost in writing");
  });
}

// The pickle of a file in the zip format, beside the storages that it may name: a mutated zip file
// would fail by its checksums alone.
void ReadTorchPickle(Bytes bytes) {
  std::vector<ZipEntry> entries = {{"archive/data.pkl", {bytes.begin(), bytes.end()}}};
  for (const char* const key : {"0", "1", "2"})
    entries.push_back({std::string("archive/data/") + key, std::vector<std::uint8_t>(64, 63)});
  const std::vector<std::uint8_t> file = ZipFileOf(entries);
  MayRefuse([&] { Touch(TorchFile::Open(FileWith("zip.pth", file)).tensors()); });
}

void ReadTorchSave(Bytes bytes) {
  MayRefuse([&] { Touch(TorchFile::Open(FileWith("weights.pth", bytes)).tensors()); });
}

void ReadZip(Bytes bytes) {
  MayReject([&] {
    const ZipArchive archive(std::as_bytes(bytes));
    for (const std::string& name : archive.names())
      MayReject([&] {
        Holds(archive.Read(name).size() <= bytes.size(), "an entry larger than its archive");
      });
  });
}

}  // namespace gradcut::fuzz
