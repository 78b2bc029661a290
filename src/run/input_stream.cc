#include "run/input_stream.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>

namespace gradcut {

namespace fs = std::filesystem;

std::optional<InputStream::Photo> InputStream::Next() {
  while (true) {
    if (reader_ != nullptr) {
      if (auto member = NextMember()) return member;
      reader_.reset();
    }
    if (next_ == inputs_.size()) return std::nullopt;
    const Input& input = inputs_[next_++];
    if (input.archive.empty()) return Photo{input};
    members_ = 0;
    try {
      reader_ = std::make_unique<TarReader>(input.archive);
    } catch (const Error& error) {
      return Broken({input}, error);
    }
  }
}

// Nothing behind it can be read.
InputStream::Photo InputStream::Broken(Photo photo, const Error& error) {
  photo.input.problem = error.what();
  broke_off_ |= !IsSeekable(photo.input.archive) || photo.input.archive == "/dev/stdin";
  reader_.reset();
  return photo;
}

std::optional<InputStream::Photo> InputStream::NextMember() {
  Photo photo = {inputs_[next_ - 1]};
  Input& input = photo.input;
  input.line <<= 32;
  try {
    while (const auto member = reader_->Next()) {
      if (member->is_folder || !IsImageName(member->name)) continue;
      const bool is_sound = member->problem.empty();
      input.relative =
          is_sound ? fs::path(member->name)
                   : fs::path(fmt::format("{}#{}", input.path.filename().string(), members_));
      if (is_sound)
        photo.bytes = reader_->Read();
      else
        input.problem = fmt::format("{}: {}: {}", Printable(input.path), Printable(member->name),
                                    member->problem);
      input.path /= input.relative;
      input.line += members_++;
      return photo;
    }
    return std::nullopt;
  } catch (const Error& error) {
    return Broken(std::move(photo), error);
  }
}

}  // namespace gradcut
