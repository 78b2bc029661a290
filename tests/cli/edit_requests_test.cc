// Who may ask the server of `gradcut edit` for what, and requests that mean harm.
#include "support/edit_client.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using Arguments = std::vector<std::string>;

constexpr const char* kJson = "application/json";
constexpr const char* kStroke = R"({"points": [[3, 4], [5, 4]], "radius": 2})";

// An editor of one photo, which serves all tests: no request that is refused may change it.
class EditRequestsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    SavePhoto(*folder_ / "in/a.png", 1);
    const ProgramResult result = RunProgram({"mask", "in", "-o", "out"}, Options());
    ASSERT_EQ(result.status, 0) << result.err;
    editor_ = std::make_unique<RunningEditor>(Arguments{"out"}, Options());
  }
  static void TearDownTestSuite() {
    editor_.reset();
    folder_.reset();
  }

  void SetUp() override {
    ASSERT_NE(editor_, nullptr);
    before_ = Now();
  }
  void TearDown() override { EXPECT_TRUE(Now() == before_) << "something was changed"; }

  // How the photo is, and what the file of hints says.
  static json Now() {
    const json state = editor_->Ask("mask/0");
    json now = {{"clicks", state.at("photo").at("clicks")},
                {"file", TextOf(*folder_ / "out/hints.jsonl")}};
    for (const char* const field : {"mask", "hints", "undo", "redo", "fill", "largest"})
      now[field] = state.at(field);
    return now;
  }
  static ProgramOptions Options() { return {.folder = folder_->path()}; }
  static int Get(const std::string& path, const httplib::Headers& headers) {
    return RunningEditor::AnswerOf(editor_->Stranger().Get(path.c_str(), headers)).status;
  }
  static int Post(const std::string& path, const httplib::Headers& headers,
                  const std::string& body = kStroke, const char* type = kJson) {
    return RunningEditor::AnswerOf(editor_->Stranger().Post(path.c_str(), headers, body, type))
        .status;
  }
  static httplib::Headers KeyAnd(const char* name, const std::string& value) {
    httplib::Headers headers = editor_->Key();
    headers.emplace(name, value);
    return headers;
  }
  static std::string Local(const std::string& host) {
    return host + ":" + std::to_string(editor_->port());
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
  static inline std::unique_ptr<RunningEditor> editor_;
  json before_;
};

// ---- Who may ask

TEST_F(EditRequestsTest, NothingIsToldOrDoneWithoutTheKey) {
  std::string wrong = editor_->key();
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const httplib::Headers& headers : {httplib::Headers{},
                                          {{"X-Gradcut-Key", ""}},
                                          {{"X-Gradcut-Key", wrong}},
                                          {{"X-Gradcut-Key", editor_->key() + "0"}}}) {
    for (const char* const path :
         {"run", "thumb/0", "photo/0", "heat/0", "mask/0", "prefetch/0", "no"})
      EXPECT_EQ(Get(std::string("/api/") + path, headers), 403) << path;
    for (const char* const path :
         {"stroke/0", "box/0", "clear/0", "fill/0", "largest/0", "undo/0", "redo/0", "review/0"})
      EXPECT_EQ(Post(std::string("/api/") + path, headers), 403) << path;
  }
  EXPECT_EQ(Get("/api/run?key=" + wrong, {}), 403);
}

TEST_F(EditRequestsTest, ImagesMayHaveTheKeyInTheirAddress) {
  EXPECT_EQ(Get("/api/thumb/0?key=" + editor_->key(), {}), 200);
}

TEST_F(EditRequestsTest, KeysAreOtherOnesEachTime) {
  EXPECT_EQ(editor_->key().size(), 32U);
  EXPECT_EQ(editor_->key().find_first_not_of("0123456789abcdef"), std::string::npos);
  const TemporaryFolder folder;
  fs::copy(*folder_ / "out", folder / "out", fs::copy_options::recursive);
  fs::remove(folder / "out/manifest.jsonl.partial");
  const RunningEditor other({"out"}, {.folder = folder.path()});
  EXPECT_NE(other.key(), editor_->key());
  EXPECT_NE(other.port(), editor_->port());
}

TEST_F(EditRequestsTest, OtherNamesOfTheHostAreRefused) {
  EXPECT_EQ(Get("/api/run", KeyAnd("Host", Local("127.0.0.1"))), 200);
  EXPECT_EQ(Get("/api/run", KeyAnd("Host", Local("localhost"))), 200);
  for (const std::string& host : {Local("evil.example"), Local("127.0.0.1.evil.example"),
                                  std::string("127.0.0.1"), std::string("localhost:1")}) {
    EXPECT_EQ(Get("/api/run", KeyAnd("Host", host)), 403) << host;
    EXPECT_EQ(Get("/", {{"Host", host}}), 403) << host;
    EXPECT_EQ(Post("/api/stroke/0", KeyAnd("Host", host)), 403) << host;
  }
}

TEST_F(EditRequestsTest, PagesOfOtherSitesAreRefused) {
  EXPECT_EQ(Get("/api/run", KeyAnd("Origin", "http://" + Local("127.0.0.1"))), 200);
  for (const std::string& origin :
       {std::string("https://evil.example"), std::string("null"), std::string("http://127.0.0.1:1"),
        "https://" + Local("127.0.0.1"), "http://" + Local("localhost")}) {
    EXPECT_EQ(Get("/api/run", KeyAnd("Origin", origin)), 403) << origin;
    EXPECT_EQ(Post("/api/stroke/0", KeyAnd("Origin", origin)), 403) << origin;
  }
}

TEST_F(EditRequestsTest, FormsOfOtherSitesAreNoJson) {
  for (const char* const type : {"text/plain", "application/x-www-form-urlencoded", "text/json"})
    EXPECT_EQ(Post("/api/stroke/0", editor_->Key(), kStroke, type), 415) << type;
}

TEST_F(EditRequestsTest, ThePageMayBeReadButNeverFramedOrFedByOthers) {
  const auto result = editor_->Stranger().Get("/");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_THAT(result->body, HasSubstr("<html"));
  EXPECT_THAT(result->body, Not(HasSubstr(editor_->key())));
  EXPECT_THAT(result->get_header_value("Content-Type"), HasSubstr("text/html"));
  EXPECT_THAT(result->get_header_value("Content-Security-Policy"), HasSubstr("default-src 'self'"));
  EXPECT_THAT(result->get_header_value("Content-Security-Policy"),
              HasSubstr("frame-ancestors 'none'"));
  EXPECT_EQ(result->get_header_value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(result->get_header_value("Referrer-Policy"), "no-referrer");
  EXPECT_FALSE(result->has_header("Access-Control-Allow-Origin"));
}

TEST_F(EditRequestsTest, WhatThePageLoadsIsThere) {
  const std::string page = editor_->Stranger().Get("/")->body;
  int loaded = 0;
  for (const std::string mark : {"src=\"", "href=\""})
    for (std::size_t at = page.find(mark); at != std::string::npos; at = page.find(mark, at + 1)) {
      const std::size_t begin = at + mark.size();
      std::string name = page.substr(begin, page.find('"', begin) - begin);
      if (name.starts_with("data:") || name.starts_with('#')) continue;
      EXPECT_THAT(name, Not(HasSubstr("//"))) << "nothing comes from elsewhere";
      if (!name.starts_with('/')) name.insert(0, "/");
      EXPECT_EQ(Get(name, {}), 200) << name;
      ++loaded;
    }
  EXPECT_GE(loaded, 2);
}

// ---- Where it listens

// A connection to an address of this machine.
class Connection {
 public:
  Connection(const char* address, int port) {
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, address, &to.sin_addr);
    is_accepted_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~Connection() { ::close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool is_accepted() const { return is_accepted_; }
  bool Send(const std::string& bytes) const {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes);
  }
  // Until it is closed, or silent for a second.
  std::string Receive() const {
    const timeval patience = {1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string all;
    char buffer[4096];
    for (ssize_t count = 0; (count = ::recv(fd_, buffer, sizeof buffer, 0)) > 0;)
      all.append(buffer, static_cast<std::size_t>(count));
    return all;
  }

 private:
  const int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool is_accepted_ = false;
};

bool Listens(const char* address, int port) { return Connection(address, port).is_accepted(); }

TEST_F(EditRequestsTest, OnlyThisMachineReachesItUnlessItIsToldToListen) {
  EXPECT_TRUE(Listens("127.0.0.1", editor_->port()));
  EXPECT_FALSE(Listens("127.0.0.2", editor_->port())) << "another address of this machine";
  const TemporaryFolder folder;
  fs::copy(*folder_ / "out", folder / "out", fs::copy_options::recursive);
  fs::remove(folder / "out/manifest.jsonl.partial");
  RunningEditor open({"out", "--listen", "0.0.0.0"}, {.folder = folder.path()});
  EXPECT_TRUE(Listens("127.0.0.2", open.port()));
  httplib::Client client = open.Stranger("127.0.0.2");
  EXPECT_EQ(client.Get("/api/run", open.Key())->status, 200);
  EXPECT_EQ(client.Get("/api/run")->status, 403);
  EXPECT_EQ(
      client.Get("/api/run", {{"X-Gradcut-Key", open.key()}, {"Origin", "http://evil.example"}})
          ->status,
      403);
  EXPECT_THAT(open.End().err, HasSubstr("warning: other machines can reach 0.0.0.0"));
}

// ---- What there is not

TEST_F(EditRequestsTest, UnknownPhotosAndPathsAreNotFound) {
  for (const char* const path :
       {"mask/1", "mask/999999999", "mask/9999999999999999999999", "mask/-1", "mask/x", "mask/",
        "mask", "photo/1", "thumb/1", "heat/1", "prefetch/1", "mask/0/x", "nothing", "stroke/0"})
    EXPECT_EQ(editor_->Get(path).status, 404) << path;
  for (const char* const path : {"stroke/1", "box/7", "clear/1", "undo/1", "mask/0"})
    EXPECT_EQ(editor_->Post(path, kStroke).status, 404) << path;
  EXPECT_EQ(editor_->Post("review/1", R"({"review": "seen"})").status, 404);
}

TEST_F(EditRequestsTest, NoPathLeadsToAFile) {
  for (const char* const path :
       {"/../out/run.json", "/..%2fout%2frun.json", "/%2e%2e/%2e%2e/etc/passwd", "/run.json",
        "/api/mask/../run", "/api/photo/..%2f..%2fin%2fa.png", "//etc/passwd", "/%00"}) {
    const auto result = editor_->Stranger().Get(path, editor_->Key());
    ASSERT_TRUE(result) << path;
    EXPECT_EQ(result->status, 404) << path;
  }
}

TEST_F(EditRequestsTest, OtherMethodsDoNothing) {
  httplib::Client client = editor_->Stranger();
  EXPECT_NE(
      RunningEditor::AnswerOf(client.Put("/api/stroke/0", editor_->Key(), kStroke, kJson)).status,
      200);
  EXPECT_NE(RunningEditor::AnswerOf(client.Delete("/api/stroke/0", editor_->Key())).status, 200);
  EXPECT_EQ(RunningEditor::AnswerOf(client.Head("/api/run")).status, 403);
}

// ---- What is no hint

TEST_F(EditRequestsTest, BodiesThatAreNoHintAreRefused) {
  const std::string deep(1 << 19, '[');
  for (const std::string& body :
       std::vector<std::string>{"",
                                "nonsense",
                                "null",
                                "7",
                                "[]",
                                "\"text\"",
                                "{",
                                "{}",
                                kStroke + std::string("x"),
                                R"({"points": [[NaN, 4]]})",
                                R"({"points": [[1e999, 4]]})",
                                R"({"points": [[1e300, 4]]})",
                                R"({"points": [[3, -1]]})",
                                R"({"points": [[3]]})",
                                R"({"points": [3, 4]})",
                                R"({"points": [["3", 4]]})",
                                R"({"points": "x"})",
                                R"({"points": []})",
                                R"({"points": [[3, 4]], "radius": -1})",
                                R"({"points": [[3, 4]], "radius": "wide"})",
                                R"({"points": [[3, 4]], "radius": 1e999})",
                                R"({"points": [[3, 4]], "object": "yes"})",
                                R"({"points": [[3, 4]], "box": 7})",
                                R"({"points": [[3, 4]], "box": -1})",
                                R"({"points": [[3, 4]], "colour": 1})",
                                "{\"points\": [[3, 4]], \"class\": \"\xff\"}",
                                deep,
                                "{\"points\": " + deep,
                                std::string(1 << 19, '{')}) {
    const EditAnswer answer = editor_->Post("stroke/0", body);
    EXPECT_EQ(answer.status, 400) << body.substr(0, 60) << ": " << answer.body.substr(0, 200);
    EXPECT_EQ(answer.type, kJson);
  }
  for (const char* const body :
       {"", "{}", "[]", R"({"x": 1, "y": 1, "width": 1e999, "height": 1})",
        R"({"x": 1, "y": 1, "width": -5, "height": 5})", R"({"x": 1, "y": 1, "width": 5})",
        R"({"x": null, "y": 1, "width": 5, "height": 5})", kStroke})
    EXPECT_EQ(editor_->Post("box/0", body).status, 400) << body;
  for (const char* const body : {"", "{}", "[]", "7", R"({"review": 7})", R"({"review": "great"})"})
    EXPECT_EQ(editor_->Post("review/0", body).status, 400) << body;
}

// A line of hints has places where a body could go on.
TEST_F(EditRequestsTest, ABodyIsOneHintAndNoMore) {
  for (const char* const body :
       {R"({"points": [[3, 4]]}, {"points": [[9, 9]]})",
        R"({"points": [[3, 4]]}], "fill_holes": true, "boxes": [)",
        R"({"points": [[3, 4]]}], "boxes": [{"x": 1, "y": 1, "width": 9, "height": 9})"})
    EXPECT_EQ(editor_->Post("stroke/0", body).status, 400) << body;
}

// A disc that covers the photo, or what cannot be meant; no fault of the program.
TEST_F(EditRequestsTest, StrokesMayNotBeTooWideToDraw) {
  for (const char* const radius : {"20000", "1e6", "1e18", "1e300"}) {
    const EditAnswer answer = editor_->Post(
        "stroke/0", fmt::format(R"({{"points": [[3, 4], [9, 9]], "radius": {}}})", radius));
    EXPECT_EQ(answer.status, 400) << radius << ": " << answer.body.substr(0, 200);
  }
}

const std::string kLarge = kStroke + std::string(1 << 20, ' ');

TEST_F(EditRequestsTest, BodiesOfMoreThanAMebibyteAreRefused) {
  EXPECT_EQ(editor_->Post("stroke/0", kLarge).status, 413);
}

// Without a length, too, and before anybody has shown a key.
TEST_F(EditRequestsTest, NoBodyInPiecesIsTakenWhole) {
  auto* const handler = std::signal(SIGPIPE, SIG_IGN);  // The server may close the connection.
  httplib::Client client = editor_->Stranger();
  const auto post = [&](const char* path, const httplib::Headers& headers) {
    std::size_t taken = 0;
    const auto pieces = [&](std::size_t at, httplib::DataSink& sink) {
      constexpr std::size_t kMost = 16 << 20;
      taken = at;
      if (at >= kMost)
        sink.done();
      else
        sink.write(kLarge.data(), 1 << 16);
      return true;
    };
    const EditAnswer answer = RunningEditor::AnswerOf(client.Post(path, headers, pieces, kJson));
    EXPECT_TRUE(answer.status == 0 || answer.status >= 400) << path;
    EXPECT_TRUE(answer.status == 411 || answer.status == 413 || taken < 8 << 20)
        << path << ": " << answer.status << " after " << taken << " bytes";
  };
  post("/api/stroke/0", editor_->Key());
  post("/nothing", {});
  std::signal(SIGPIPE, handler);
}

// ---- Connections

// They send a byte of a request now and then, for a minute or until they are closed.
class SlowConnections {
 public:
  SlowConnections(int port, int count, const std::string& head) {
    for (int i = 0; i < count; ++i) {
      connections_.push_back(std::make_unique<Connection>("127.0.0.1", port));
      connections_.back()->Send(head);
    }
    sender_ = std::jthread([this](const std::stop_token& stop) {
      for (int i = 0; i < 300 && !stop.stop_requested(); ++i) {
        for (const auto& each : connections_) each->Send("a");
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
    });
  }

 private:
  std::vector<std::unique_ptr<Connection>> connections_;
  std::jthread sender_;
};

double SecondsOf(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST_F(EditRequestsTest, StrangersWhoSendSlowlyDoNotKeepOthersOut) {
  const std::string host = fmt::format("Host: {}\r\n", Local("127.0.0.1"));
  for (const std::string& head :
       {std::string("GET /"),
        "POST / HTTP/1.1\r\n" + host +
            "Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n"}) {
    const SlowConnections strangers(editor_->port(), 40, head);
    EXPECT_LT(SecondsOf([] { EXPECT_EQ(editor_->Get("run").status, 200); }), 30) << head;
  }
}

TEST_F(EditRequestsTest, StrangersWhoSendSlowlyDoNotKeepItFromEnding) {
  const TemporaryFolder folder;
  fs::copy(*folder_ / "out", folder / "out", fs::copy_options::recursive);
  fs::remove(folder / "out/manifest.jsonl.partial");
  RunningEditor editor({"out"}, {.folder = folder.path()});
  const SlowConnections stranger(editor.port(), 1, "GET /");
  editor.Ask("run");
  EXPECT_LT(SecondsOf([&] { EXPECT_EQ(editor.End().status, 0); }), 20);
}

// What is answered to raw bytes until the connection is closed, or silent for a second.
std::string Converse(int port, const std::string& bytes) {
  const Connection connection("127.0.0.1", port);
  return connection.is_accepted() && connection.Send(bytes) ? connection.Receive() : "";
}

int CountOf(const std::string& part, const std::string& text) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

// A page of another site may send any body; as a request of its own it would pass for the server's.
TEST_F(EditRequestsTest, TheBodyOfARefusedRequestIsNoRequest) {
  const std::string inner =
      fmt::format("GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", editor_->port());
  for (const std::size_t begin : {0, 4096}) {  // httplib forgets the rest of what it reads at once.
    const auto head = [&](std::size_t size) {
      return fmt::format(
          "POST /api/stroke/0 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: http://evil.example\r\n"
          "Content-Type: text/plain\r\nContent-Length: {:05}\r\n\r\n",
          editor_->port(), size);
    };
    const std::size_t before = begin - std::min(begin, head(0).size());
    const std::string body = std::string(before, 'a') + inner;
    const std::string answers = Converse(editor_->port(), head(body.size()) + body);
    EXPECT_EQ(CountOf("HTTP/1.1 403", answers), 1) << answers.substr(0, 2000);
    EXPECT_EQ(CountOf("HTTP/1.1 200", answers), 0) << "the body was answered";
  }
}

TEST_F(EditRequestsTest, WhatIsNoRequestDoesNoHarm) {
  for (const std::string& bytes :
       {std::string("\0\1\2\3\r\n\r\n", 8), std::string("GET\r\n\r\n"),
        "GET /" + std::string(100000, 'a') + " HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\n" + std::string(100000, 'a') + "\r\n\r\n",
        std::string("POST /api/stroke/0 HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n")})
    EXPECT_EQ(CountOf("HTTP/1.1 200", Converse(editor_->port(), bytes)), 0) << bytes.substr(0, 80);
}

}  // namespace
}  // namespace gradcut
