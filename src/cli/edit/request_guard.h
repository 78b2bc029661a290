#pragma once

#include <string>

namespace gradcut {

/// Who may ask the editor's server for something: pages that it has sent itself, with the key that
/// stands in their address. A page of another site can send requests to this machine, and can have
/// a name of its own point here (DNS rebinding), but does not know the key, and its browser says
/// where the request comes from (`Origin`) and which name it believes in (`Host`).
class RequestGuard {
 public:
  /// `address` is what is listened on: that of the loopback, another one of this machine, or of all
  /// ("0.0.0.0", "::").
  RequestGuard(const std::string& address, int port);

  /// 32 random hexadecimal digits.
  const std::string& key() const { return key_; }

  /// What the page is opened with.
  std::string PageAddress() const;

  /// Whether the headers `Host` and `Origin` (may be "") are those of the server's own pages.
  bool IsOwnPage(const std::string& host, const std::string& origin) const;

  /// Compares in a time that does not tell how much is right.
  bool IsKey(const std::string& key) const;

 private:
  std::string address_;
  int port_;
  std::string key_;
};

/// Whether an address is one of the loopback, which no other machine reaches.
bool IsLoopback(const std::string& address);

}  // namespace gradcut
