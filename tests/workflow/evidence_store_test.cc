#include "workflow/evidence_store.h"

#include "gradcut/core/in_order.h"
#include "gradcut/storage/file.h"
#include "support/fake_classifier.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <string>

namespace gradcut {
namespace {

Labeller MakeLabeller() {
  return Labeller({{CellClassifier({1, 1, 0})}}, PresetOptions("fast"), {{"thing", 1, {0}}});
}

TEST(EvidenceStoreTest, EachImageIsLookedAtOnceAndAgainIfItHasChanged) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "a.png", std::string_view("one"));
  const EvidenceStore store(folder / "evidence", "a run");
  const Labeller labeller = MakeLabeller();
  int reads = 0;
  const auto find = [&](const EvidenceStore& where) {
    return where.Find(labeller, folder / "a.png", {0}, [&] {
      ++reads;
      return cv::Mat(64, 64, CV_8UC3, cv::Scalar(200, 100, 50));
    });
  };
  const auto first = find(store), second = find(store);
  EXPECT_EQ(reads, 1);
  EXPECT_EQ(cv::norm(first[0].features.values, second[0].features.values, cv::NORM_INF), 0);
  WriteFileAtomically(folder / "a.png", std::string_view("another one"));
  find(store);
  EXPECT_EQ(reads, 2);
  find(EvidenceStore(folder / "evidence", "another run"));
  EXPECT_EQ(reads, 3);
  store.Remove();
  EXPECT_FALSE(std::filesystem::exists(folder / "evidence"));
}

TEST(EvidenceStoreTest, ManyThreadsMayBeginAtOnce) {
  const Labeller labeller = MakeLabeller();
  for (int repeat = 0; repeat < 20; ++repeat) {
    const TemporaryFolder folder;
    const EvidenceStore store(folder / "evidence", "a run");
    RunControl control;
    control.jobs = 8;
    WorkInOrder(8, control, [&](std::size_t index) -> Completion {
      store.Find(labeller, folder / std::to_string(index), {0},
                 [] { return cv::Mat(64, 64, CV_8UC3, cv::Scalar(200, 100, 50)); });
      return [] {};
    });
  }
}

}  // namespace
}  // namespace gradcut
