// Requests to the server of `gradcut edit`, with an editor of one photo that computes nothing.

#include "cli/edit/edit_server.h"
#include "fuzz/readers.h"
#include "gradcut/core/hints.h"
#include "gradcut/dataset/hint_lines.h"
#include "gradcut/workflow/edit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <future>
#include <thread>

namespace gradcut {
namespace {

const cv::Size kPhoto(64, 48);
std::atomic<int> calls = 0;  // Of the editor.

void RequirePhoto(std::size_t id) {
  ++calls;
  if (id != 0) throw std::out_of_range("no such photo");
}

EditedPhotoSummary Summary() {
  EditedPhotoSummary photo;
  photo.name = "a.jpg";
  photo.entry = {{"status", "ok"}, {"classes", {{{"name", "dog"}}}}};
  return photo;
}

EditedPhotoState StateWith(Hints hints) {
  EditedPhotoState state;
  state.photo = Summary();
  state.size = kPhoto;
  state.labels = DrawnHints(hints, kPhoto);
  state.hints = std::move(hints);
  return state;
}

}  // namespace

// The one of `workflow` needs a network; the server is linked to this one.
class Editor::Impl {};
Editor::Editor(const EditOptions&, const RunControl&) {}
Editor::~Editor() = default;
const std::string& Editor::command() const {
  static const std::string mask = "mask";
  return mask;
}
std::vector<std::string> Editor::classes() const { return {"dog"}; }
std::vector<EditedPhotoSummary> Editor::photos() const {
  ++calls;
  return {Summary()};
}
cv::Mat Editor::Picture(std::size_t id, int) const {
  RequirePhoto(id);
  return cv::Mat(2, 3, CV_8UC3, cv::Scalar(1, 2, 3));
}
cv::Mat Editor::HeatPicture(std::size_t id, int) {
  RequirePhoto(id);
  return {};
}
EditedPhotoState Editor::Open(std::size_t id) {
  RequirePhoto(id);
  return StateWith({});
}
void Editor::Prefetch(std::size_t id) { RequirePhoto(id); }
EditedPhotoState Editor::Change(std::size_t id, const std::function<void(Hints&)>& change, int) {
  RequirePhoto(id);
  Hints hints;
  change(hints);
  hints = CheckedHints(std::move(hints), kPhoto);
  HintsFromJsonLine(HintsToJsonLine("a.jpg", hints), "hints.jsonl");
  return StateWith(std::move(hints));
}
EditedPhotoState Editor::Undo(std::size_t id) { return Open(id); }
EditedPhotoState Editor::Redo(std::size_t id) { return Open(id); }
EditedPhotoState Editor::SetReview(std::size_t id, Review) { return Open(id); }

Review ReviewNamed(const std::string& name) {
  Require(name == "seen", "'{}' is no review", name);
  return Review::kSeen;
}
std::string ReviewName(Review) { return "seen"; }

namespace fuzz {
namespace {

// Where the server listens and the key that it wants; it runs until the process ends.
struct Server {
  std::string port;
  std::string key;
};

const Server& RunningServer() {
  static Editor editor{EditOptions()};
  static const Server server = [] {
    std::promise<std::string> address;
    auto known = address.get_future();
    std::thread([&address] {
      ServeEditor(
          editor, "out", "127.0.0.1", 0,
          [&address](const std::string& page) { address.set_value(page); }, std::stop_token());
    }).detach();
    const std::string page = known.get();
    const std::size_t colon = page.rfind(':'), key = page.find("/?key=");
    return Server{page.substr(colon + 1, key - colon - 1), page.substr(key + 6)};
  }();
  return server;
}

void Replace(std::string& text, std::string_view name, const std::string& value) {
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size())
    text.replace(at, name.size(), value);
}

// The fuzzer's timer may interrupt what makes a connection: it goes on being made.
bool Connect(int client, const sockaddr_in& address) {
  if (::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return true;
  if (errno != EINTR) return false;
  pollfd made = {.fd = client, .events = POLLOUT, .revents = 0};
  int error = 0;
  socklen_t size = sizeof error;
  return TEMP_FAILURE_RETRY(::poll(&made, 1, -1)) == 1 &&
         ::getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

// All that the server answers before it hangs up.
std::string Exchange(const std::string& port, std::string_view request) {
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Holds(Connect(client, address), "the server does not listen any more");
  while (!request.empty()) {
    const ssize_t sent =
        TEMP_FAILURE_RETRY(::send(client, request.data(), request.size(), MSG_NOSIGNAL));
    if (sent <= 0) break;  // It hung up first.
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(client, SHUT_WR);
  std::string answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = TEMP_FAILURE_RETRY(::recv(client, buffer, sizeof buffer, 0))) > 0;)
    answer.append(buffer, static_cast<std::size_t>(got));
  ::close(client);
  return answer;
}

}  // namespace

// A request as it comes through the socket; "@KEY@" and "@PORT@" stand for what the server gave.
void ReadEditRequest(Bytes bytes) {
  const Server& server = RunningServer();
  std::string request(AsText(bytes));
  const bool knows_key = request.find("@KEY@") != std::string::npos;
  Replace(request, "@KEY@", server.key);
  Replace(request, "@PORT@", server.port);
  const int before = calls;
  const std::string answer = Exchange(server.port, request);
  Holds(knows_key || calls == before, "the editor did something for one without the key");
  Holds(answer.empty() || answer.starts_with("HTTP/1.1 "), "an answer that is none of HTTP");
  Holds(!answer.starts_with("HTTP/1.1 500"), "a request that the server did not expect");
}

}  // namespace fuzz
}  // namespace gradcut
