#include "objectness/objectness_net.h"

#include <gtest/gtest.h>

namespace gradcut {
namespace {

at::Tensor Image(std::initializer_list<float> values, int rows, int cols) {
  return at::tensor(at::ArrayRef<float>(values)).view({1, 1, rows, cols});
}
at::Tensor Filter(std::initializer_list<float> values, at::IntArrayRef shape) {
  return at::tensor(at::ArrayRef<float>(values)).view(shape);
}

// One channel in, one hidden: u = 2 x, without more layers z = 3 relu(u) + 1.
ObjectnessNet SmallNet() {
  ObjectnessNet net;
  net.project = at::full({1, 1, 1, 1}, 2.0F);
  net.project_bias = at::zeros({1});
  net.score = at::full({1, 1, 1, 1}, 3.0F);
  net.score_bias = at::ones({1});
  return net;
}

void ExpectLogits(const ObjectnessNet& net, const at::Tensor& inputs, const at::Tensor& expected) {
  const at::Tensor z = LogitsOf(net, Project(net, inputs));
  EXPECT_TRUE(at::allclose(z, expected.view(z.sizes()))) << z << expected;
}

TEST(ObjectnessNetTest, HiddenLayerIsPositive) {
  ExpectLogits(SmallNet(), Image({1, -1, 0.5}, 1, 3), at::tensor({7.0F, 1.0F, 4.0F}));
}

TEST(ObjectnessNetTest, ContextIsTheMeanOverTheImage) {
  ObjectnessNet net = SmallNet();
  net.context = at::full({1, 1, 1, 1}, -0.5F);
  net.context_bias = at::full({1}, 0.25F);
  // The mean of relu(2, -2, 1) is 1, so u = (2, -2, 1) - 0.25.
  ExpectLogits(net, Image({1, -1, 0.5}, 1, 3), at::tensor({6.25F, 1.0F, 3.25F}));
}

TEST(ObjectnessNetTest, FilterAddsWhatItFindsAroundEachCell) {
  ObjectnessNet net = SmallNet();
  net.filter = Filter({0, 0, 0, 1, 0, 0, 0, 0, 0}, {1, 1, 3, 3});  // The left neighbour.
  net.filter_bias = at::zeros({1});
  ExpectLogits(net, Image({1, 2, 3}, 1, 3), at::tensor({7.0F, 19.0F, 31.0F}));
}

TEST(ObjectnessNetTest, WithoutScoreItIsLinear) {
  ObjectnessNet net = SmallNet();
  net.score = net.score_bias = at::Tensor();
  ExpectLogits(net, Image({1, -1, 0.5}, 1, 3), at::tensor({2.0F, -2.0F, 1.0F}));
}

TEST(ObjectnessNetTest, NetsSideBySideGiveTheMeanLogit) {
  at::manual_seed(3);
  std::vector<ObjectnessNet> nets;
  at::Tensor sum = at::zeros({2, 4, 5});
  const at::Tensor inputs = at::randn({2, 6, 4, 5});
  for (int i = 0; i < 3; ++i) {
    ObjectnessNet net;
    net.project = at::randn({7, 6, 1, 1});
    net.project_bias = at::randn({7});
    net.context = at::randn({7, 7, 1, 1});
    net.context_bias = at::randn({7});
    net.filter = at::randn({7, 7, 3, 3});
    net.filter_bias = at::randn({7});
    net.score = at::randn({1, 7, 1, 1});
    net.score_bias = at::randn({1});
    nets.push_back(net);
    sum += LogitsOf(net, Project(net, inputs));
  }
  const ObjectnessNet all = SideBySide(nets);
  EXPECT_EQ(all.nets, 3);
  EXPECT_TRUE(at::allclose(LogitsOf(all, Project(all, inputs)), sum / 3, 1e-4, 1e-3));
}

}  // namespace
}  // namespace gradcut
