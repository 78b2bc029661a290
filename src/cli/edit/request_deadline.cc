#include "cli/edit/request_deadline.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::string NameOf(const std::string& address, int port) {
  return fmt::format("{} {}", address, port);
}

struct End {
  std::string address;
  int port = 0;
};

// Of a socket; `get` is getsockname or getpeername.
template <class Get>
std::optional<End> EndOf(int socket, const Get& get) {
  sockaddr_storage storage = {};
  socklen_t size = sizeof storage;
  auto* const address = reinterpret_cast<sockaddr*>(&storage);
  char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "";
  if (get(socket, address, &size) != 0 ||
      getnameinfo(address, size, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return std::nullopt;
  return End{.address = host, .port = std::atoi(port)};
}

// Whether a whole head is there, but no thread had time to read it.
bool HeadWaits(int socket) {
  std::array<char, 16 << 10> bytes = {};
  const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
  return count > 0 &&
         std::string_view(bytes.data(), static_cast<std::size_t>(count)).find("\r\n\r\n") !=
             std::string_view::npos;
}

}  // namespace

void RequestDeadline::HeadArrived(const std::string& address, int port) {
  const std::lock_guard lock(mutex_);
  arrived_.insert(NameOf(address, port));
}

void RequestDeadline::Answered(const std::string& address, int port) {
  const std::lock_guard lock(mutex_);
  arrived_.erase(NameOf(address, port));
}

// httplib keeps its sockets to itself, but they are open files of this process.
void RequestDeadline::EndLate(std::chrono::milliseconds most) {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Clock::time_point> since;
  std::error_code error;
  for (fs::directory_iterator file("/proc/self/fd", error), end; !error && file != end;
       file.increment(error)) {
    const int socket = std::atoi(file->path().filename().c_str());
    const std::optional<End> here = EndOf(socket, getsockname);
    if (!here || here->port != port_) continue;
    const std::optional<End> there = EndOf(socket, getpeername);
    if (!there) continue;  // The one that listens.
    const std::string name = NameOf(there->address, there->port);
    if (arrived_.contains(name)) continue;
    const auto known = since_.find(name);
    const Clock::time_point now = Clock::now();
    const bool begins = known == since_.end() || HeadWaits(socket);
    const Clock::time_point begin = begins ? now : known->second;
    if (now - begin >= most) ::shutdown(socket, SHUT_RDWR);
    since.emplace(name, begin);
  }
  since_ = std::move(since);
}

}  // namespace gradcut
