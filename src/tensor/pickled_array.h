#pragma once

#include "gradcut/tensor/npy.h"
#include "tensor/pickle.h"

#include <string>

namespace gradcut {

/// The object that `numpy.save` pickled: it puts what is no array into an array of no dimensions.
/// Throws `std::invalid_argument`.
const PickleValue& UnwrapObject(const PickleValue& root);

/// The NumPy array or number, or PyTorch tensor (on the CPU), that a value stands for. Throws
/// `std::invalid_argument`, or `Error` "NAME: cause" as `DecodeNpy` does.
NpyArray ReadPickledArray(const PickleValue& value, const std::string& name);

}  // namespace gradcut
