#include "workflow/loaded_networks.h"

#include "gradcut/recipe/engine.h"

namespace gradcut {

LoadedNetworks LoadNetworks(const std::string& command, const Recipe& recipe) {
  LoadedNetworks loaded;
  for (const Recipe& own : RecipeOfEach(recipe)) {
    const auto classifier = LoadClassifier(own);
    const auto head = LoadObjectness(own, classifier->info());
    if (loaded.networks.empty())
      loaded.made_by = MadeBy(command, recipe, classifier->info(), head.get());
    else
      loaded.made_by["more_networks"].push_back(NetworkDigests(classifier->info(), head.get()));
    loaded.networks.push_back({own.classifier.model, Segmenter(classifier, own.options, head),
                               ResolveClasses(own, *classifier)});
  }
  return loaded;
}

}  // namespace gradcut
