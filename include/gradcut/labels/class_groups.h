#pragma once

#include "gradcut/model/class_names.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace gradcut {

/// Classes of one's own, each as a group of a classifier's classes.
using ClassGroups = std::map<std::string, std::vector<int>>;

/// Reads a class map: a line a class, its name, a tab, and indices of the classifier's classes
/// separated by spaces or commas; "7-24" is short for all from 7 to 24. Throws `Error` naming file
/// and line for anything else, an index from `class_count` on, or a name that stands twice.
ClassGroups ReadClassMap(const std::filesystem::path& path, int class_count);

/// The map of PASCAL VOC's classes to ImageNet's (data/class_maps/voc.tsv), which the program
/// carries.
const ClassGroups& VocClassGroups();

/// The group of a class: of `groups`, or the class of `names` that has this name ("traffic_light"
/// or "traffic light"), or none at all (empty).
std::vector<int> GroupOf(const std::string& name, const ClassGroups& groups,
                         const ClassNames& names);

}  // namespace gradcut
