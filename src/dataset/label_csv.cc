#include "dataset/label_csv.h"

#include "dataset/csv.h"
#include "dataset/numbers.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace gradcut {
namespace {

constexpr std::string_view kCsvSeparators = ";";
// What a column of names is called.
constexpr std::string_view kTitles[] = {"class", "classes", "label", "labels", "tags"};

bool IsTitleOfNames(std::string_view title) {
  std::string lower(Trimmed(title));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  return std::find(std::begin(kTitles), std::end(kTitles), lower) != std::end(kTitles);
}

bool IsOne(const std::string& cell, const std::string& title, const std::string& where) {
  const double value = FiniteNumber(cell);
  Require(value == 0 || value == 1,
          "{}: '{}' in the column '{}', expected 0 or 1; a first line 'image,classes' says that "
          "cells hold names",
          where, Printable(cell), Printable(title));
  return value == 1;
}

// The titles of the columns but the first.
std::vector<std::string> ClassTitles(const CsvRecord& header, const std::string& where) {
  std::vector<std::string> titles;
  std::set<std::string> seen;
  for (std::size_t i = 1; i < header.fields.size(); ++i) {
    titles.emplace_back(Trimmed(header.fields[i]));
    Require(!titles.back().empty() && seen.insert(titles.back()).second,
            "{}: '{}': a column needs a name of its own", where, Printable(titles.back()));
  }
  return titles;
}

}  // namespace

LabelRows ReadLabelCsv(std::string_view text, const std::string& name,
                       const std::set<std::string>& known) {
  const std::vector<CsvRecord> records = ReadCsv(text, name);
  Require(records.size() > 1,
          "{}: no image in it: expected a line 'image,classes' or 'image,cat,dog,...', then lines "
          "of images",
          name);
  const std::vector<std::string> titles =
      ClassTitles(records[0], fmt::format("{}:{}", name, records[0].line));
  Require(!titles.empty(),
          "{}: one column, expected columns parted by commas: the image, then its classes", name);
  const bool has_names = titles.size() == 1 && IsTitleOfNames(titles[0]);
  const bool has_separators =
      has_names && std::any_of(records.begin() + 1, records.end(), [](const CsvRecord& record) {
        return record.fields[1].find_first_of(kCsvSeparators) != std::string::npos;
      });
  LabelRows read;
  for (auto record = records.begin() + 1; record != records.end(); ++record) {
    const std::string where = fmt::format("{}:{}", name, record->line);
    LabelRow row = {where, std::string(Trimmed(record->fields[0]))};
    Require(!row.name.empty(), "{}: no image in the first column", where);
    if (has_names)
      row.classes = ClassesIn(record->fields[1], kCsvSeparators, has_separators, known);
    else
      for (std::size_t i = 0; i < titles.size(); ++i)
        if (IsOne(record->fields[i + 1], titles[i], where)) row.classes.push_back(titles[i]);
    read.rows.push_back(std::move(row));
  }
  return read;
}

}  // namespace gradcut
