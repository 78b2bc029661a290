#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <type_traits>

namespace gradcut {

/// A thread that does work for others, one piece after another. LibTorch keeps some 20 MB for each
/// thread that has run a network, so that a server's threads had better not.
class WorkThread {
 public:
  WorkThread() : thread_([this](const std::stop_token& stop) { WorkUntil(stop); }) {}

  /// What `work` returns or throws, once it is done.
  template <class Work>
  auto Run(const Work& work) {
    std::packaged_task<std::invoke_result_t<Work>()> task(std::cref(work));
    auto result = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      queue_.emplace_back([&task] { task(); });
    }
    wake_.notify_one();
    return result.get();
  }

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
  std::jthread thread_;  // The last member: it uses the others.
};

}  // namespace gradcut
