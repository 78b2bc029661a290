#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace gradcut {

/// Threads that do work for others, one piece after another. LibTorch keeps some 20 MB for each
/// thread that has run a network, so that a server's threads had better have one of these do it.
class WorkThreads {
 public:
  /// Throws `std::system_error` when the system gives no more threads; those that it gave are
  /// ended.
  explicit WorkThreads(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      threads_.emplace_back([this](const std::stop_token& stop) { WorkUntil(stop); });
  }

  /// Does not wait. `work` must not throw.
  void Post(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(work));
    }
    wake_.notify_one();
  }

  /// What `work` returns or throws, once it is done.
  template <class Work>
  auto Run(const Work& work) {
    std::packaged_task<std::invoke_result_t<Work>()> task(std::cref(work));
    auto result = task.get_future();
    Post([&task] { task(); });
    return result.get();
  }

  /// Waits until all is done that was asked for before; nothing may be asked for afterwards.
  void End() { threads_.clear(); }

 private:
  void WorkUntil(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return !queue_.empty(); })) {
      const std::function<void()> work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::deque<std::function<void()>> queue_;
  std::condition_variable_any wake_;
  std::vector<std::jthread> threads_;  // The last member: they use the others.
};

}  // namespace gradcut
