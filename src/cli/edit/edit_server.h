#pragma once

#include "gradcut/workflow/edit.h"

#include <functional>
#include <stop_token>
#include <string>

namespace gradcut {

/// Serves the page of an editor until a stop is requested. `started` gets the page's address, with
/// its key, once it can be opened. `port` 0 takes any that is free. Throws `Error` for an address
/// that cannot be listened on.
void ServeEditor(Editor& editor, const std::string& folder, const std::string& address, int port,
                 const std::function<void(const std::string& page)>& started,
                 const std::stop_token& stop);

}  // namespace gradcut
