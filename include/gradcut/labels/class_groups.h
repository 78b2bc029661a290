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

/// Indices as class maps have them, "7-24 80": runs of three and more as ranges. `indices` ascend.
std::string GroupText(const std::vector<int>& indices);

/// The group of a class: that of `groups`, or the class of `names` that has this name, or none at
/// all (empty). Names are compared as `FoldedName`; a group that is written just so goes first.
std::vector<int> GroupOf(const std::string& name, const ClassGroups& groups,
                         const ClassNames& names);

/// The classes that a person means by `text`: the name of a group or of a class, a WordNet id, an
/// index, a range of indices such as 281-285, or several of these with commas between them. Names
/// may hold commas themselves: the longest that there is counts. Ascending, each once. Throws
/// `Error` naming what is not understood, with the nearest names of groups and classes.
std::vector<int> ClassesMeant(const std::string& text, const ClassGroups& groups,
                              const ClassNames& names);

}  // namespace gradcut
