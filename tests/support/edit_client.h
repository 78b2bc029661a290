#pragma once

#include "gradcut/dataset/run_lengths.h"
#include "support/program.h"
#include "support/wait_until.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace gradcut {

/// What a server answers; status 0: nothing.
struct EditAnswer {
  int status = 0;
  std::string body;
  std::string type = {};
};

/// `gradcut edit` as a process, and requests to it as its page sends them. Killed at the end of the
/// scope unless it was ended.
class RunningEditor {
 public:
  /// Returns when it listens. Throws what it has said if it ends instead.
  explicit RunningEditor(const std::vector<std::string>& arguments,
                         const ProgramOptions& options = {})
      : program_(WholeOf(arguments), options) {
    const bool printed = WaitUntil([&] { return Printed() || program_.HasEnded(); });
    if (!printed || !Printed()) {
      program_.Send(SIGKILL);
      throw std::runtime_error("gradcut edit does not listen: " + program_.Wait().err);
    }
    const std::string address = program_.Out();
    const std::size_t key = address.find("/?key=");
    key_ = address.substr(key + 6, address.find('\n') - key - 6);
    const std::size_t colon = address.rfind(':', key);
    port_ = std::stoi(address.substr(colon + 1, key - colon - 1));
    address_ = address.substr(0, address.find('\n'));
  }

  int port() const { return port_; }
  const std::string& key() const { return key_; }
  const std::string& address() const { return address_; }  ///< Of the page.

  /// A client without the key.
  httplib::Client Stranger(const std::string& host = "127.0.0.1") const {
    httplib::Client client(host, port_);
    client.set_read_timeout(60);
    return client;
  }

  EditAnswer Get(const std::string& path) const {
    return AnswerOf(Stranger().Get(("/api/" + path).c_str(), Key()));
  }
  EditAnswer Post(const std::string& path, const std::string& body) const {
    return AnswerOf(Stranger().Post(("/api/" + path).c_str(), Key(), body, "application/json"));
  }

  /// What is answered by a request that succeeds.
  nlohmann::json Ask(const std::string& path) const { return ValueOf(path, Get(path)); }
  nlohmann::json Do(const std::string& path,
                    const nlohmann::json& body = nlohmann::json::object()) const {
    return ValueOf(path, Post(path, body.dump()));
  }

  /// As Ctrl-C does. All is written then.
  ProgramResult End(int signal = SIGINT) {
    program_.Send(signal);
    return program_.Wait();
  }

  static EditAnswer AnswerOf(const httplib::Result& result) {
    if (!result) return {};
    return {result->status, result->body, result->get_header_value("Content-Type")};
  }

  httplib::Headers Key() const { return {{"X-Gradcut-Key", key_}}; }

 private:
  static std::vector<std::string> WholeOf(const std::vector<std::string>& arguments) {
    std::vector<std::string> whole = {"edit", "--no-browser"};
    whole.insert(whole.end(), arguments.begin(), arguments.end());
    return whole;
  }

  static nlohmann::json ValueOf(const std::string& path, const EditAnswer& answer) {
    EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
    return nlohmann::json::parse(answer.body);
  }

  bool Printed() const { return program_.Out().find('\n') != std::string::npos; }

  Program program_;
  std::string key_, address_;
  int port_ = 0;
};

/// The mask in the answer of a photo: 0 or 255.
inline cv::Mat MaskIn(const nlohmann::json& state) {
  const nlohmann::json& mask = state.at("mask");
  // Row by row; the runs of COCO go down the columns.
  const RunLengths runs = {
      .rows = mask.at("width"), .cols = mask.at("height"), .counts = mask.at("runs")};
  return DecodeRuns(runs).t();
}

}  // namespace gradcut
