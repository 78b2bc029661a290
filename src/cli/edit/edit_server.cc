#include "cli/edit/edit_server.h"

#include "cli/edit/edit_json.h"
#include "cli/edit/request_deadline.h"
#include "cli/edit/request_guard.h"
#include "edit_page.h"
#include "gradcut/core/error.h"
#include "gradcut/dataset/hint_lines.h"
#include "gradcut/image/image_io.h"
#include "workflow/work_threads.h"

#include <fmt/format.h>
#include <httplib.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>

namespace gradcut {
namespace {

using httplib::Request;
using httplib::Response;
using Json = nlohmann::json;

constexpr int kPictureLongSide = 2048, kThumbnailLongSide = 160, kQuality = 88;
// A stroke of 20,000 points fits.
constexpr std::size_t kMostBytes = 1 << 20;
// A browser has six connections a tab.
constexpr std::size_t kThreads = 16;
// As httplib waits for each read.
constexpr std::chrono::seconds kLongestArrival(5);

constexpr const char* kJson = "application/json";

void Answer(Response& response, const Json& value, int status = 200) {
  response.status = status;
  response.set_content(value.dump(-1, ' ', false, Json::error_handler_t::replace), kJson);
}

void Refuse(Response& response, int status, const std::string& cause) {
  Answer(response, {{"error", cause}}, status);
}

void AnswerPicture(Response& response, const cv::Mat& picture) {
  if (picture.empty()) return Refuse(response, 404, "there is no such picture");
  const std::vector<std::uint8_t> jpeg = EncodeJpeg(picture, kQuality);
  response.set_header("Cache-Control", "private, max-age=3600");
  response.set_content(std::string(jpeg.begin(), jpeg.end()), "image/jpeg");
}

// Does what a request asks for; what fails becomes an answer.
template <class Action>
void Attempt(Response& response, const Action& action) {
  constexpr int kInsufficientStorage = 507;
  try {
    action();
  } catch (const std::out_of_range&) {
    Refuse(response, 404, "the run has no such photo");
  } catch (const StorageError& error) {
    Refuse(response, kInsufficientStorage, error.what());
  } catch (const Error& error) {
    Refuse(response, 400, error.what());
  } catch (const std::exception& error) {
    Refuse(response, 500, error.what());
  }
}

std::size_t IdIn(const Request& request) { return std::stoull(request.matches[1]); }

// What a person has drawn, as a line of hints.
void Draw(const char* kind, const std::string& body, Hints& hints) {
  Require(Json::parse(body, nullptr, /*allow_exceptions=*/false).is_object(),
          "the request: must be an object of JSON");
  Hints drawn = HintsFromJsonLine(fmt::format(R"({{"{}": [{}]}})", kind, body), "the request");
  for (HintBox& box : drawn.boxes) {
    box.id = kUnnumbered;
    hints.boxes.push_back(std::move(box));
  }
  NumberBoxes(hints.boxes);
  for (HintStroke& stroke : drawn.strokes) hints.strokes.push_back(std::move(stroke));
}

// httplib's own aborts where the system gives it fewer threads than it wants.
class RequestThreads final : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> work) override { threads_.Post(std::move(work)); }
  void shutdown() override { threads_.End(); }

 private:
  WorkThreads threads_{kThreads};
};

class EditServer {
 public:
  EditServer(Editor& editor, std::string folder, const std::string& address, int port)
      : editor_(editor),
        folder_(std::move(folder)),
        port_(Bind(address, port)),
        guard_(address, port_),
        deadline_(port_) {
    server_.set_payload_max_length(kMostBytes);
    server_.set_tcp_nodelay(true);  // Else an answer's body waits 40 ms for its head's receipt.
    // Or the bytes of a body that was refused would be the next request.
    server_.set_keep_alive_max_count(1);
    server_.new_task_queue = [] { return new RequestThreads; };
    server_.set_default_headers(
        {{"Content-Security-Policy",
          "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'"},
         {"X-Content-Type-Options", "nosniff"},
         {"Referrer-Policy", "no-referrer"},
         {"Cache-Control", "no-store"}});
    server_.set_pre_routing_handler(
        [this](const Request& request, Response& response) { return Admit(request, response); });
    server_.set_logger([this](const Request& request, const Response&) {
      deadline_.Answered(request.remote_addr, request.remote_port);
    });
    ServePage();
    ServePhotos();
    ServeChanges();
  }

  const RequestGuard& guard() const { return guard_; }

  void Run(const std::stop_token& stop) {
    // A signal's handler can do no more than request the stop.
    const std::jthread watch([&](const std::stop_token& ended) {
      for (; !ended.stop_requested(); std::this_thread::sleep_for(std::chrono::milliseconds(100))) {
        const bool stops = stop.stop_requested();
        if (stops) server_.stop();  // Again, if it does not listen yet.
        deadline_.EndLate(stops ? std::chrono::seconds(0) : kLongestArrival);
      }
    });
    server_.listen_after_bind();
  }

 private:
  int Bind(const std::string& address, int port) {
    // Not SO_REUSEPORT, by which two servers would share a port.
    server_.set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    const bool bound = port == 0 || server_.bind_to_port(address, port);
    const int at = port == 0 ? server_.bind_to_any_port(address) : port;
    Require(bound && at > 0, "{} port {}: cannot be listened on; give another --port or --listen",
            address, port);
    return at;
  }

  // Before the body is read.
  httplib::Server::HandlerResponse Admit(const Request& request, Response& response) {
    using enum httplib::Server::HandlerResponse;
    const bool reads_page = request.method == "GET" || request.method == "HEAD";
    const std::string key = request.has_header("X-Gradcut-Key")
                                ? request.get_header_value("X-Gradcut-Key")
                                : request.get_param_value("key");
    if (!guard_.IsOwnPage(request.get_header_value("Host"), request.get_header_value("Origin"))) {
      Refuse(response, 403, "the request comes from another site");
    } else if ((!reads_page || request.path.starts_with("/api/")) && !guard_.IsKey(key)) {
      Refuse(response, 403, "the key is not the one in the address that gradcut edit has printed");
    } else if (request.has_header("Transfer-Encoding")) {
      Refuse(response, 411, "the body must have a length");  // The limit is for no other.
    } else if (request.method == "POST" &&
               !request.get_header_value("Content-Type").starts_with(kJson)) {
      Refuse(response, 415, "the body must be application/json");
    } else {
      deadline_.HeadArrived(request.remote_addr, request.remote_port);
      return Unhandled;
    }
    return Handled;
  }

  void ServePage() {
    for (const EditPageFile& file : kEditPage)
      server_.Get(file.path, [&file](const Request&, Response& response) {
        response.set_content(file.content, file.type);
      });
    server_.Get("/api/run", [this](const Request&, Response& response) {
      Attempt(response, [&] {
        Json photos = Json::array();
        for (const EditedPhotoSummary& photo : editor_.photos()) photos.push_back(ToJson(photo));
        Answer(response, {{"folder", folder_},
                          {"command", editor_.command()},
                          {"classes", editor_.classes()},
                          {"photos", std::move(photos)}});
      });
    });
  }

  void AnswerState(Response& response, const EditedPhotoState& state) const {
    const bool of_classes = editor_.command() == "label";
    Answer(response, ToJson(state, of_classes ? editor_.classes() : std::vector<std::string>()));
  }

  // `action` gets the photo of the request.
  void OnGet(const std::string& what,
             const std::function<void(std::size_t id, Response& response)>& action) {
    server_.Get("/api/" + what + R"(/(\d{1,9}))",
                [action](const Request& request, Response& response) {
                  Attempt(response, [&] { action(IdIn(request), response); });
                });
  }

  // `action` also gets the request's body, and returns how the photo is then.
  void OnPost(
      const std::string& what,
      const std::function<EditedPhotoState(std::size_t id, const std::string& body)>& action) {
    server_.Post("/api/" + what + R"(/(\d{1,9}))", [this, action](const Request& request,
                                                                  Response& response) {
      Attempt(response, [&] { AnswerState(response, action(IdIn(request), request.body)); });
    });
  }

  void ServePhotos() {
    OnGet("thumb", [this](std::size_t id, Response& response) {
      AnswerPicture(response, editor_.Picture(id, kThumbnailLongSide));
    });
    OnGet("photo", [this](std::size_t id, Response& response) {
      AnswerPicture(response, editor_.Picture(id, kPictureLongSide));
    });
    OnGet("heat", [this](std::size_t id, Response& response) {
      AnswerPicture(response, editor_.HeatPicture(id, kPictureLongSide));
    });
    OnGet("mask",
          [this](std::size_t id, Response& response) { AnswerState(response, editor_.Open(id)); });
    OnGet("prefetch", [this](std::size_t id, Response& response) {
      editor_.Prefetch(id);
      Answer(response, Json::object());
    });
  }

  void ServeChanges() {
    for (const auto& [what, kind] : {std::pair("stroke", "strokes"), std::pair("box", "boxes")})
      OnPost(what, [this, kind = kind](std::size_t id, const std::string& body) {
        return editor_.Change(
            id, [&](Hints& hints) { Draw(kind, body, hints); }, /*clicks=*/1);
      });
    OnPost("clear", [this](std::size_t id, const std::string&) {
      return editor_.Change(id, [](Hints& hints) { hints = {}; });
    });
    OnPost("fill", [this](std::size_t id, const std::string&) {
      return editor_.Change(id, [](Hints& hints) { hints.fill_holes = !hints.fill_holes; });
    });
    OnPost("largest", [this](std::size_t id, const std::string&) {
      return editor_.Change(id, [](Hints& hints) { hints.keep_largest = !hints.keep_largest; });
    });
    OnPost("undo", [this](std::size_t id, const std::string&) { return editor_.Undo(id); });
    OnPost("redo", [this](std::size_t id, const std::string&) { return editor_.Redo(id); });
    OnPost("review", [this](std::size_t id, const std::string& body) {
      const Json value = Json::parse(body, nullptr, /*allow_exceptions=*/false);
      Require(value.is_object() && value.contains("review") && value["review"].is_string(),
              "the request: expected {{\"review\": NAME}}");
      return editor_.SetReview(id, ReviewNamed(value["review"].get<std::string>()));
    });
  }

  Editor& editor_;
  const std::string folder_;
  httplib::Server server_;
  const int port_;
  const RequestGuard guard_;
  RequestDeadline deadline_;
};

}  // namespace

void ServeEditor(Editor& editor, const std::string& folder, const std::string& address, int port,
                 const std::function<void(const std::string& page)>& started,
                 const std::stop_token& stop) {
  EditServer server(editor, folder, address, port);
  started(server.guard().PageAddress());
  server.Run(stop);
}

}  // namespace gradcut
