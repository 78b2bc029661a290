#include "metrics/instance_pairing.h"

#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace gradcut {
namespace {

// Images by what they are called; two of one name are found by neither.
class ImageNames {
 public:
  template <class Naming>
  ImageNames(const std::vector<CocoImage>& images, const Naming& name_of) {
    for (const CocoImage& image : images) {
      const auto [place, is_new] = images_.try_emplace(name_of(image), &image);
      if (!is_new) place->second = nullptr;
    }
  }

  const CocoImage* Find(const std::string& name) const {
    const auto found = images_.find(name);
    return found == images_.end() ? nullptr : found->second;
  }

 private:
  std::map<std::string, const CocoImage*> images_;
};

std::string FullName(const CocoImage& image) { return ComposedName(image.file_name); }

std::string StemOf(const CocoImage& image) {
  return ComposedName(std::filesystem::path(image.file_name).stem().string());
}

}  // namespace

std::string NameOf(const CocoImage& image) {
  return image.file_name.empty() ? fmt::format("image {}", image.id) : image.file_name;
}

std::vector<CocoImage> ImagesOf(const CocoAnnotations& annotations) {
  if (!annotations.is_list) return annotations.images;
  std::set<std::int64_t> ids;
  for (const CocoInstance& each : annotations.instances) ids.insert(each.image_id);
  std::vector<CocoImage> images;
  for (const std::int64_t id : ids) images.push_back({.id = id});
  return images;
}

ImagePairing PairImages(const std::vector<CocoImage>& predicted,
                        const std::vector<CocoImage>& truth) {
  const ImageNames names(truth, FullName), stems(truth, StemOf), own_stems(predicted, StemOf);
  std::map<std::int64_t, const CocoImage*> by_id;
  for (const CocoImage& image : truth) by_id[image.id] = &image;

  ImagePairing pairing;
  std::set<std::int64_t> taken;
  const auto pair = [&](const CocoImage& image, const CocoImage* of_truth) {
    if (of_truth == nullptr || !taken.insert(of_truth->id).second) return false;
    pairing.truth_of[image.id] = of_truth->id;
    return true;
  };
  std::vector<const CocoImage*> left;
  for (const CocoImage& image : predicted) {
    const auto found = by_id.find(image.id);
    const CocoImage* const same_id = found == by_id.end() ? nullptr : found->second;
    const bool named =
        !image.file_name.empty() && (same_id == nullptr || !same_id->file_name.empty());
    if (!pair(image, named ? names.Find(FullName(image)) : same_id)) left.push_back(&image);
  }
  for (const CocoImage* const image : left) {
    const std::string stem = StemOf(*image);
    const bool unique = !stem.empty() && own_stems.Find(stem) == image;
    if (!unique || !pair(*image, stems.Find(stem))) pairing.extra.push_back(NameOf(*image));
  }
  return pairing;
}

TruthIds PairCategories(const std::vector<CocoCategory>& predicted,
                        const std::vector<CocoCategory>& truth) {
  TruthIds truth_of;
  for (const CocoCategory& category : predicted) {
    const auto found = std::find_if(truth.begin(), truth.end(), [&](const CocoCategory& each) {
      return each.name == category.name;
    });
    if (found != truth.end()) truth_of[category.id] = found->id;
  }
  if (predicted.empty())
    for (const CocoCategory& category : truth) truth_of[category.id] = category.id;
  return truth_of;
}

}  // namespace gradcut
