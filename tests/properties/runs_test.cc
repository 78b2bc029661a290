// Laws of pairing, shards and resuming, over random folders.

#include "gradcut/core/error.h"
#include "gradcut/dataset/pairing.h"
#include "gradcut/dataset/shard.h"
#include "gradcut/image/image_io.h"
#include "gradcut/run/batch.h"
#include "gradcut/run/manifest.h"
#include "gradcut/storage/file.h"
#include "support/photos.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <opencv2/core.hpp>
#include <set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// Different relative paths without extension, some in folders.
std::vector<std::string> AnyNames(int most) {
  std::set<std::string> names;
  const int count = *rc::gen::inRange(1, most);
  for (int i = 0; i < count; ++i) {
    std::string name =
        fmt::format("{}{}", *rc::gen::element('a', 'b', 'x'), *rc::gen::inRange(0, 60));
    if (*rc::gen::inRange(0, 3) == 0) name = fmt::format("d{}/{}", *rc::gen::inRange(0, 3), name);
    names.insert(name);
  }
  return {names.begin(), names.end()};
}

TEST(ShardPropertiesTest, EachPlaceIsInOneShardWhateverItsExtension) {
  EXPECT_TRUE(rc::check([] {
    const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 90));
    for (const std::string& name : AnyNames(60)) {
      std::size_t holders = 0;
      for (std::size_t index = 0; index < count; ++index)
        holders += Holds({index, count}, name + ".jpg") ? 1 : 0;
      RC_ASSERT(holders == 1U);
      RC_ASSERT(ShardOf(name + ".jpg", count) < count);
      RC_ASSERT(ShardOf(name + ".jpg", count) == ShardOf(name + ".png", count));
    }
  }));
}

TEST(PairingPropertiesTest, EveryTruthHasItsOwnPredictionOrNone) {
  EXPECT_TRUE(rc::check([] {
    const TemporaryFolder folder;
    const std::vector<std::string> names = AnyNames(12);
    std::set<std::string> predicted;
    for (const std::string& name : names) {
      WriteFileAtomically(folder / "truth" / (name + ".png"), "x");
      if (predicted.empty() || *rc::gen::inRange(0, 4) > 0) {
        WriteFileAtomically(folder / "masks" / (name + *rc::gen::element(".png", ".npy")), "x");
        predicted.insert(name);
      }
    }
    const Pairing pairing = FindPairs({.predictions = folder / "masks", .truth = folder / "truth"});
    RC_ASSERT(pairing.pairs.size() == names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Pair& pair = pairing.pairs[i];
      RC_ASSERT(pair.key == names[i]);
      RC_ASSERT(pair.truth == folder / "truth" / (names[i] + ".png"));
      const fs::path found = pair.prediction.lexically_relative(folder / "masks");
      if (predicted.contains(names[i]))
        RC_ASSERT(fs::path(found).replace_extension() == fs::path(names[i]));
      else  // One of the same stem elsewhere, which belongs to no other truth.
        RC_ASSERT(pair.prediction.empty() ||
                  !predicted.contains(fs::path(found).replace_extension()));
    }
  }));
}

// The mask of a photo is its red.
BatchJob Red() {
  return {.outputs = {OutputKind::kMask},
          .recipe = {{"channel", "red"}},
          .made_by = {{"version", "1"}, {"architecture", "red"}, {"device", "cpu"}},
          .process = [](const cv::Mat& photo, const PhotoSource&) {
            cv::Mat red;
            cv::extractChannel(photo, red, 0);
            Product product;
            product.files.push_back({OutputKind::kMask, EncodePng(red)});
            product.entry["area"] = 0.5;
            return product;
          }};
}

// Masks and the manifest, without what tells how they came about.
std::map<std::string, std::string> ResultsIn(const fs::path& folder) {
  std::map<std::string, std::string> results;
  for (const fs::directory_entry& file : fs::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file() || file.path().filename() == "run.json") continue;
    const std::vector<std::uint8_t> bytes = ReadFile(file.path());
    std::string& text = results[file.path().lexically_relative(folder)];
    text.assign(bytes.begin(), bytes.end());
    if (file.path().filename() != "manifest.jsonl") continue;
    text.clear();
    for (nlohmann::json& entry : EntriesIn(file.path())) {
      entry.erase("milliseconds");
      entry["status"] = entry["status"] == "failed" ? "failed" : "done";
      text += entry.dump() + "\n";
    }
  }
  return results;
}

TEST(ResumePropertiesTest, AnyPrefixOfARunAndTheRestAreTheRun) {
  EXPECT_TRUE(rc::check([] {
    const TemporaryFolder folder;
    const std::vector<std::string> names = AnyNames(10);
    int seed = 0;
    for (const std::string& name : names) {
      SavePhoto(folder / "in" / (name + ".png"), ++seed);
      if (*rc::gen::inRange(0, 6) == 0) WriteFileAtomically(folder / "in" / (name + ".png"), "bad");
    }
    BatchOptions options = {.inputs = {(folder / "in").string()}};
    options.output = (folder / "whole").string();
    RunBatch(options, Red(), {.jobs = 1});

    options.output = (folder / "parts").string();
    const int stops = *rc::gen::inRange(1, 4);
    for (int i = 0; i < stops; ++i) {
      std::stop_source source;
      BatchJob job = Red();
      std::atomic<int> left = *rc::gen::inRange(0, 10);
      const auto process = job.process;
      job.process = [&](const cv::Mat& photo, const PhotoSource& from) {
        if (left-- <= 0) source.request_stop();
        return process(photo, from);
      };
      RunBatch(options, job, {.jobs = *rc::gen::inRange(1, 4), .stop = source.get_token()});
    }
    RunBatch(options, Red(), {.jobs = 1});
    RC_ASSERT(ResultsIn(folder / "parts") == ResultsIn(folder / "whole"));
  }));
}

}  // namespace
}  // namespace gradcut
