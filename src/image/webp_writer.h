#pragma once

// Holds `EncodeWebp`.
#include "gradcut/image/image_io.h"
