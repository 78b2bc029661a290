#include "model/headed_network.h"

#include <utility>

namespace gradcut {
namespace {

at::Tensor ToTensor(const cv::Mat& mat, at::Device device) {
  return at::from_blob(const_cast<float*>(mat.ptr<float>()), {mat.rows, mat.cols})
      .clone()
      .to(device);
}

class HeadedNetwork : public Network {
 public:
  HeadedNetwork(std::shared_ptr<const Network> network, const LinearHead& head)
      : network_(std::move(network)),
        weights_(ToTensor(head.weights, network_->device())),
        bias_(ToTensor(head.bias, network_->device()).flatten()) {}

  at::Tensor Forward(const at::Tensor& input, std::map<std::string, at::Tensor>& keep,
                     const std::vector<std::string>& leaves) const override {
    const std::string& last = layers().back().name;
    const bool wanted = keep.contains(last);
    keep[last];
    network_->Forward(input, keep, leaves);
    const at::Tensor pooled = keep.at(last).mean({2, 3});
    if (!wanted) keep.erase(last);
    return at::addmm(bias_, pooled, weights_.t());
  }
  const std::vector<NetworkLayer>& layers() const override { return network_->layers(); }
  const InputNormalisation& normalisation() const override { return network_->normalisation(); }
  at::Device device() const override { return network_->device(); }
  int native_size() const override { return network_->native_size(); }
  int class_count() const override { return static_cast<int>(weights_.size(0)); }
  PooledHead pooled_head() const override { return {weights_, bias_}; }
  bool ForwardDense(const std::string& layer, const at::Tensor& activation,
                    std::map<std::string, at::Tensor>& keep) const override {
    return network_->ForwardDense(layer, activation, keep);
  }

 private:
  const std::shared_ptr<const Network> network_;
  const at::Tensor weights_, bias_;
};

}  // namespace

std::unique_ptr<Network> PutHeadOn(std::shared_ptr<const Network> network, const LinearHead& head) {
  return std::make_unique<HeadedNetwork>(std::move(network), head);
}

}  // namespace gradcut
