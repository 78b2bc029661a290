#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace gradcut {

/// Bounds how long the heads of requests may take to arrive. httplib bounds each read alone: a byte
/// a second would hold one of its threads for as long as somebody likes. Safe to use from several
/// threads.
class RequestDeadline {
 public:
  /// `port` is what the server listens on.
  explicit RequestDeadline(int port) : port_(port) {}

  /// The head of a request from that address and port has arrived: its answer may take any time.
  void HeadArrived(const std::string& address, int port);
  /// The request was answered.
  void Answered(const std::string& address, int port);

  /// Ends connections whose head has been arriving for longer than `most`, counted from the call
  /// that saw them first; one that waits to be read is not counted. To be called now and then.
  void EndLate(std::chrono::milliseconds most);

 private:
  const int port_;
  std::mutex mutex_;  // Guards what follows, by the other end of the connection.
  std::set<std::string> arrived_;
  std::map<std::string, std::chrono::steady_clock::time_point> since_;
};

}  // namespace gradcut
