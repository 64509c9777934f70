#include "tools/experiment/thread_crew.hpp"

#include <algorithm>
#include <future>
#include <vector>

namespace signalbox {

void ThreadCrew::empty(RunQueue& queue, const MakeRun& make) {
  const auto share = [&] {
    StopAtException stop(queue);
    work(queue, make);
    stop.forget();
  };
  const std::size_t count = std::min<std::size_t>(threads_, queue.size());
  std::vector<std::future<void>> others;
  for (std::size_t i = 1; i < count; ++i) others.push_back(std::async(std::launch::async, share));
  share();
  for (std::future<void>& other : others) other.get();  // throws what ended it
}

}  // namespace signalbox
