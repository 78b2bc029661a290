#pragma once

#include "gradcut/core/error.h"

namespace gradcut {

/// A picture has more pixels a side than the format that it is to be written in can hold.
class TooLargeError : public Error {
 public:
  using Error::Error;
};

}  // namespace gradcut
