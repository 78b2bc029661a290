#include "storage/mapped_file.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "storage/descriptor.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace gradcut {

std::shared_ptr<const MappedFile> MappedFile::Open(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) FailWithErrno(path, "cannot be read");
  struct stat status = {};
  Require(::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode), "{}: is not a regular file",
          Printable(path));
  const auto size = static_cast<std::size_t>(status.st_size);
  Require(size > 0, "{}: is empty", Printable(path));
  void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) FailWithErrno(path, "cannot be mapped into memory");
  return std::shared_ptr<const MappedFile>(
      new MappedFile({static_cast<const std::byte*>(address), size}));
}

MappedFile::~MappedFile() { ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size()); }

}  // namespace gradcut
