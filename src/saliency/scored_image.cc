#include "gradcut/saliency/scored_image.h"

#include "gradcut/core/image.h"
#include "model/tensor_image.h"
#include "saliency/scored_input.h"

namespace gradcut {
namespace {

std::unique_ptr<ScoredInput> MakeInput(const Classifier& classifier, const cv::Mat& image,
                                       const ViewOptions& view, std::shared_ptr<TargetScore> score,
                                       int memory) {
  const Network& network = classifier.network();
  const int native = network.native_size();
  const cv::Size size = view.size.empty() ? cv::Size(native, native) : view.size;
  at::Tensor tensor = ImageToTensor(image, size, network.normalisation());
  if (view.mirrored) tensor = tensor.flip({3});
  return std::make_unique<ScoredInput>(network, tensor.to(network.device()), std::move(score),
                                       memory);
}

}  // namespace

ScoredImage::ScoredImage(const Classifier& classifier, const cv::Mat& image,
                         const std::vector<int>& classes, const ScoreOptions& score,
                         const ViewOptions& view, int memory)
    : classifier_(&classifier), image_(image) {
  CheckImage(image, "ScoredImage: image");
  input_ =
      MakeInput(classifier, image, view,
                std::make_shared<TargetScore>(classifier.class_names(), classes, score), memory);
}

ScoredImage::ScoredImage(std::unique_ptr<ScoredInput> input) : input_(std::move(input)) {}
ScoredImage::ScoredImage(ScoredImage&&) noexcept = default;
ScoredImage::~ScoredImage() = default;

ScoredImage ScoredImage::Viewed(const ViewOptions& view) const {
  if (classifier_ == nullptr) throw std::logic_error("ScoredImage: there is no image to view");
  classes();  // They are this view's.
  ScoredImage other(MakeInput(*classifier_, image_, view, input_->score(), input_->memory()));
  other.classifier_ = classifier_;
  other.image_ = image_;
  return other;
}

const std::vector<ClassScore>& ScoredImage::classes() const {
  if (!input_->score()->decided()) input_->Prepare({});
  return input_->score()->classes();
}

}  // namespace gradcut
