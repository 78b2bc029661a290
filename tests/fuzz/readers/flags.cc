// The grammars of --class, --shard and --sweep.

#include "fuzz/readers.h"
#include "gradcut/core/sweep.h"
#include "gradcut/cut/cut_options.h"
#include "gradcut/dataset/shard.h"
#include "gradcut/labels/class_groups.h"
#include "gradcut/model/class_names.h"

#include <algorithm>

namespace gradcut::fuzz {
namespace {

// What can be an argument of a program.
bool IsArgument(Bytes bytes) { return AsText(bytes).find('\0') == std::string_view::npos; }

// A few of ImageNet's classes: what is near an unknown name is looked for among all, which takes
// most of the time when there are a thousand.
const ClassNames& SomeNames() {
  static const ClassNames some = [] {
    constexpr int kSome = 32;
    const ClassNames& all = ImageNetClassNames();
    std::vector<std::vector<std::string>> names;
    std::vector<std::string> ids;
    for (int i = 0; i < kSome; ++i) {
      names.push_back(all.Synonyms(i));
      ids.push_back(all.Id(i));
    }
    return ClassNames(names, ids);
  }();
  return some;
}

}  // namespace

void ReadClassFlag(Bytes bytes) {
  if (!IsArgument(bytes)) return;
  const ClassNames& names = SomeNames();
  static const ClassGroups groups = {
      {"bird", {7, 8, 9}}, {"Bird", {10}}, {"dining table", {3, 5}}, {"tv", {31}}};
  MayRefuse([&] {
    const std::vector<int> meant = ClassesMeant(std::string(AsText(bytes)), groups, names);
    Holds(!meant.empty() && meant.front() >= 0 && meant.back() < names.size(), "no such class");
    Holds(std::adjacent_find(meant.begin(), meant.end(), std::greater_equal()) == meant.end(),
          "classes that do not ascend");
  });
}

void ReadShardFlag(Bytes bytes) {
  if (!IsArgument(bytes)) return;
  MayRefuse([&] {
    const Shard shard = ParseShard(std::string(AsText(bytes)));
    Holds(shard.index < shard.count, "a shard that there is not");
  });
}

void ReadSweepFlag(Bytes bytes) {
  if (!IsArgument(bytes)) return;
  CutOptions options;
  OptionList list;
  Describe(options, list);
  const double before = options.max_megapixels;
  MayRefuse([&] {
    const Sweep sweep = ParseSweep(AsText(bytes), list);
    Holds(!sweep.values.empty(), "a sweep of no values");
    Holds(SweepPoints(std::vector{sweep}).size() == sweep.values.size(), "points get lost");
  });
  ValidateOptions(list);
  Holds(before == options.max_megapixels, "reading a sweep changes an option");
}

}  // namespace gradcut::fuzz
