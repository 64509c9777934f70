#include <array>
#include <deque>
#include <memory>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("workers", 8, 1, 10'000, "threads that answer"),
    number_argument("requests", 500, 1, 10'000'000, "how many come"),
    time_argument("interval", 1_ms, 1_ns, 10_s, "mean time between two of them"),
    time_argument("service", 400_us, 0_ns, 10_s, "mean time to compute an answer"),
    number_argument("slow_percent", 5, 0, 100, "how many of a hundred are slow"),
    time_argument("slow_service", 8_ms, 0_ns, 100_s, "mean time to compute a slow one"),
    time_argument("disk", 500_us, 0_ns, 10_s, "mean time asleep for the disk, in the middle of each"),
    time_argument("patience", 20_ms, 0_ns, 100_s, "an answer is late that takes longer"),
};

struct Request {
  std::uint64_t number;
  Instant arrival;
  Duration service;
};

// Connections that nobody has accepted yet.
class Backlog {
 public:
  explicit Backlog(Guest& guest) : mutex_(guest.name("backlog")), has_requests_(guest.name("requests")) {}

  void put(Guest& guest, const Request& request) {
    must(guest.lock(mutex_));
    waiting_.push_back(request);
    must(guest.signal(has_requests_));
    must(guest.unlock(mutex_));
  }
  // No more will come.
  void close(Guest& guest) {
    must(guest.lock(mutex_));
    is_closed_ = true;
    must(guest.broadcast(has_requests_));
    must(guest.unlock(mutex_));
  }
  // Nothing when it is closed and empty.
  std::optional<Request> take(Guest& guest) {
    must(guest.lock(mutex_));
    while (waiting_.empty() && !is_closed_) must(guest.wait(has_requests_, mutex_));
    std::optional<Request> request;
    if (!waiting_.empty()) {
      request = waiting_.front();
      waiting_.pop_front();
    }
    must(guest.unlock(mutex_));
    return request;
  }

 private:
  Mutex mutex_;
  Condition has_requests_;
  std::deque<Request> waiting_;
  bool is_closed_ = false;
};

struct WebServer {
  std::int64_t workers, requests;
  Duration interval, service;
  std::int64_t slow_percent;
  Duration slow_service, disk, patience;
  Prng random;

  int operator()(Guest& guest) const {
    const auto backlog = std::make_shared<Backlog>(guest);
    Crew crew(guest);
    for (std::int64_t number = 0; number < workers; ++number) {
      const std::string name = "worker-" + std::to_string(number);
      crew.start(name, [*this, backlog, stream = random.split(name)](Guest& thread) mutable {
        answer(thread, *backlog, stream);
        return 0;
      });
    }
    listen(guest, *backlog);
    return crew.join();
  }

  // Requests come when they come, however far the workers are.
  void listen(Guest& guest, Backlog& backlog) const {
    Prng stream = random.split("arrivals");
    Instant next = guest.now();
    for (std::int64_t number = 0; number < requests; ++number) {
      next += random_time(stream, Duration(), 2 * interval);
      pause_until(guest, next);
      const bool is_slow = stream.below(100) < static_cast<std::uint64_t>(slow_percent);
      backlog.put(guest, {static_cast<std::uint64_t>(number), next, around(stream, is_slow ? slow_service : service)});
    }
    backlog.close(guest);
  }

  void answer(Guest& guest, Backlog& backlog, Prng& stream) const {
    guest.expect_burst(service / 2);
    while (const std::optional<Request> request = backlog.take(guest)) {
      guest.begin_activation(request->number, guest.now() - request->arrival);
      guest.compute(request->service / 2);
      guest.expect_burst(request->service - request->service / 2);
      pause(guest, around(stream, disk));
      guest.compute(request->service - request->service / 2);
      guest.end_activation(request->number, request->arrival + patience - guest.now());
      guest.expect_burst(service / 2);
    }
  }
};

}  // namespace

const NativeProgram web_server_program{
    "web_server", "a listener and a pool of workers; few slow requests among many quick ones", arguments,
    [](const ProgramArguments& given, const Prng& random) {
      return guest_program(WebServer{given.number("workers"), given.number("requests"), given.time("interval"),
                                     given.time("service"), given.number("slow_percent"), given.time("slow_service"),
                                     given.time("disk"), given.time("patience"), random});
    },
    [](const ProgramArguments& given) { return static_cast<std::uint64_t>(1 + given.number("workers")); }};

}  // namespace signalbox
