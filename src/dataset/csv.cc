#include "dataset/csv.h"

#include "gradcut/core/error.h"

#include <algorithm>
#include <utility>

namespace gradcut {
namespace {

class CsvText {
 public:
  CsvText(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {}

  bool AtEnd() const { return at_ == text_.size(); }

  CsvRecord Record() {
    CsvRecord record = {.line = line_};
    do record.fields.push_back(At('"') ? Quoted() : Plain());
    while (Skip(","));
    Require(AtEnd() || Skip("\r\n") || Skip("\n"),
            "{}:{}: a quote inside a field: the whole field must be in quotes, those in it twice",
            name_, line_);
    ++line_;
    return record;
  }

 private:
  bool At(char character) const { return !AtEnd() && text_[at_] == character; }

  bool Skip(std::string_view wanted) {
    if (!text_.substr(at_).starts_with(wanted)) return false;
    at_ += wanted.size();
    return true;
  }

  std::string Plain() {
    const std::size_t end = std::min(text_.find_first_of(",\"\n", at_), text_.size());
    const bool ends_line = end == text_.size() || text_[end] == '\n';
    const std::size_t mark = ends_line && end > at_ && text_[end - 1] == '\r' ? 1 : 0;
    std::string field(text_.substr(at_, end - at_ - mark));
    at_ = end == text_.size() ? end : end - mark;
    return field;
  }

  std::string Quoted() {
    const std::size_t first_line = line_;
    std::string field;
    ++at_;
    while (true) {
      const std::size_t end = text_.find('"', at_);
      Require(end != std::string_view::npos, "{}:{}: a quote is not closed", name_, first_line);
      field += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (!Skip("\"")) break;
      field += '"';
    }
    line_ += static_cast<std::size_t>(std::count(field.begin(), field.end(), '\n'));
    return field;
  }

  std::string_view text_;
  std::string name_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::vector<CsvRecord> ReadCsv(std::string_view text, const std::string& name) {
  CsvText rest(text, name);
  std::vector<CsvRecord> records;
  while (!rest.AtEnd()) {
    CsvRecord record = rest.Record();
    if (record.fields.size() == 1 && record.fields[0].empty()) continue;
    const std::size_t expected = records.empty() ? record.fields.size() : records[0].fields.size();
    Require(record.fields.size() == expected, "{}:{}: {} columns, but the first line has {}", name,
            record.line, record.fields.size(), expected);
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace gradcut
