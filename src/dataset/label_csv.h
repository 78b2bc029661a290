#pragma once

#include "dataset/label_rows.h"

namespace gradcut {

// A CSV text whose first line names its columns: `image,classes` with class names in a cell, parted
// by spaces or semicolons; or `image,cat,dog` with a column a class, 1 where it is in the image and
// 0 where not. Throws `Error` "NAME:LINE: cause".
LabelRows ReadLabelCsv(std::string_view text, const std::string& name,
                       const std::set<std::string>& known);

}  // namespace gradcut
