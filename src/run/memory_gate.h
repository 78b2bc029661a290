#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

namespace gradcut {

/// Lets photos begin as long as they fit into the memory together; one always may. Safe to use from
/// several threads.
class MemoryGate {
 public:
  /// `bytes` are for all of them.
  explicit MemoryGate(double bytes) : bytes_(bytes) {}

  /// What one photo takes, for as long as it lives.
  class Share {
   public:
    explicit Share(MemoryGate& gate) : gate_(gate) {}
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// Waits until a photo of so many pixels fits. A second, larger number only counts: the photo
    /// has begun.
    void Need(double pixels, double bytes_per_pixel);

   private:
    MemoryGate& gate_;
    double bytes_ = 0;
  };

  /// A line on the first photo that had to wait: once, afterwards and before that "".
  std::string News();

 private:
  const double bytes_;
  std::mutex mutex_;
  std::condition_variable freed_;
  double taken_ = 0;
  std::string news_;
  bool waited_ = false;
};

/// Four fifths of what this process can still get: of the machine's memory, of its control group's,
/// of its own limit (`ulimit -v`).
double MemoryForPhotos();

}  // namespace gradcut
