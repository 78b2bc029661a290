#pragma once

// Holds `EncodePng`, `EncodePngRows`, `EncodeIndexedPng` and `VocPalette`.
#include "gradcut/image/image_io.h"
