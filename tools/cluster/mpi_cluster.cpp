// The one file that knows MPI (Boost.MPI on Open MPI). Without SIGNALBOX_MPI, it knows only how to say so.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "tools/cluster/cluster.hpp"
#include "workloads/input_error.hpp"

#ifdef SIGNALBOX_MPI
#include <fmt/format.h>

#include <boost/mpi.hpp>
#include <boost/serialization/string.hpp>
#include <chrono>
#include <exception>
#include <future>
#include <thread>
#endif

namespace signalbox {

namespace {

// What mpirun of Open MPI, PRRTE, MPICH or Slurm tell those whom they start.
bool is_started_by_mpirun() {
  static constexpr std::array names{"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
  return std::ranges::any_of(names, [](const char* name) { return std::getenv(name) != nullptr; });
}

}  // namespace

#ifdef SIGNALBOX_MPI

namespace {

namespace mpi = boost::mpi;

constexpr int leader = 0;
constexpr int tag_request = 1;  // to the leader: Request
constexpr int tag_run = 2;      // from the leader: the number of a run, or `none`
constexpr int tag_end = 3;      // from the leader, once: nothing more is wanted, the run under way neither
constexpr std::int64_t none = -1;

// A blocking receive of Open MPI burns the CPU that a run could have.
void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

// A follower asks for so many runs ahead, so that it has the next one in hand when it is done with one.
constexpr unsigned asked_ahead = 2;

// Asks for a run; all but the first ones also hand one in.
struct Request {
  enum class Kind : std::uint8_t { first, finished, cut_short, failed };

  Kind kind = Kind::first;
  std::size_t run = 0;
  RunResult result;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive & kind & run & result.trace_hash & result.report & result.threads;
  }
};

// What a follower sees of the leader's queue.
class RemoteQueue final : public RunSource {
 public:
  explicit RemoteQueue(const mpi::communicator& world) : world_(world) {
    for (unsigned i = 0; i < asked_ahead; ++i) ask({});
  }

  std::optional<std::size_t> next() override {
    const std::int64_t run = answer();
    if (run != none) return static_cast<std::size_t>(run);
    while (unanswered_ > 0) answer();
    while (goes_on()) nap();
    return std::nullopt;
  }
  void finish(std::size_t run, std::optional<RunResult> result) override {
    if (!result) return ask({.kind = Request::Kind::cut_short, .run = run, .result = {}});
    ask({.kind = Request::Kind::finished, .run = run, .result = *std::move(result)});
  }
  void fail(std::size_t run) { ask({.kind = Request::Kind::failed, .run = run, .result = {}}); }
  bool goes_on() override {
    if (!is_over_ && world_.iprobe(leader, tag_end)) {
      world_.recv(leader, tag_end);
      is_over_ = true;
    }
    return !is_over_;
  }

 private:
  void ask(const Request& request) {
    world_.send(leader, tag_request, request);
    ++unanswered_;
  }
  std::int64_t answer() {
    while (!world_.iprobe(leader, tag_run)) nap();
    std::int64_t run = none;
    world_.recv(leader, tag_run, run);
    --unanswered_;
    return run;
  }

  const mpi::communicator& world_;
  unsigned unanswered_ = 0;
  bool is_over_ = false;
};

// The leader's side: gives its queue's runs to the followers, and takes what they hand in.
class Service {
 public:
  Service(const mpi::communicator& world, RunQueue& queue) : world_(world), queue_(queue) {}

  // Until every follower knows that there is nothing left. Throws what taking a result throws, but not before.
  void serve() {
    unsigned refusals_due = asked_ahead * static_cast<unsigned>(world_.size() - 1);
    while (refusals_due > 0) {
      if (const auto message = world_.iprobe(mpi::any_source, tag_request)) {
        Request request;
        world_.recv(message->source(), tag_request, request);
        take(std::move(request));
        const std::optional<std::size_t> run = queue_.next();
        world_.send(message->source(), tag_run, run ? static_cast<std::int64_t>(*run) : none);
        if (!run) --refusals_due;
      } else {
        if (!queue_.goes_on()) end();
        nap();
      }
    }
    end();
    if (failure_) std::rethrow_exception(failure_);
  }

  // Runs that threw where they were made.
  const std::vector<std::size_t>& failed() const { return failed_; }

 private:
  void take(Request request) {
    if (request.kind == Request::Kind::failed) failed_.push_back(request.run);
    if (request.kind != Request::Kind::finished) return;
    try {
      queue_.finish(request.run, std::move(request.result));
    } catch (const std::exception&) {
      failure_ = std::current_exception();
      queue_.stop();
    }
  }
  void end() {
    if (std::exchange(has_ended_, true)) return;
    for (int follower = 1; follower < world_.size(); ++follower) world_.send(follower, tag_end);
  }

  const mpi::communicator& world_;
  RunQueue& queue_;
  std::vector<std::size_t> failed_;
  std::exception_ptr failure_;
  bool has_ended_ = false;
};

class MpiCluster final : public Cluster {
 public:
  // A failure is told, not aborted.
  MpiCluster() : environment_(mpi::threading::funneled, false) {}
  // An error between agree() and empty() must not leave the followers waiting.
  ~MpiCluster() override {
    if (!leads() || !are_followers_waiting_) return;
    RunQueue nothing({}, [](std::size_t, const RunResult&) {}, [] { return true; });
    Service(world_, nothing).serve();
  }

  bool leads() const override { return world_.rank() == leader; }
  unsigned processes_here() const override {
    MPI_Comm here = MPI_COMM_NULL;
    MPI_Comm_split_type(world_, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    return static_cast<unsigned>(mpi::communicator(here, mpi::comm_take_ownership).size());
  }
  std::string agree(const std::string& plan, const std::string& complaint) override {
    std::vector<std::string> plans;
    std::vector<std::string> complaints;
    std::vector<std::string> hosts;
    mpi::all_gather(world_, plan, plans);
    mpi::all_gather(world_, complaint, complaints);
    mpi::all_gather(world_, mpi::environment::processor_name(), hosts);
    for (const std::string& one : complaints) {
      if (!one.empty()) return one;
    }
    const auto other = std::ranges::find_if(plans, [&](const std::string& one) { return one != plans.front(); });
    are_followers_waiting_ = other == plans.end();
    if (are_followers_waiting_) return {};
    return fmt::format("{}: error: has other scenarios, machines or another signalbox; expected the same on all hosts",
                       hosts[static_cast<std::size_t>(other - plans.begin())]);
  }

  void empty(RunQueue& queue, const MakeRun& make) override {
    if (leads()) {
      lead(queue, make);
    } else {
      follow(make);
    }
  }

 private:
  // MPI is this thread's alone; the leader's own runs are made on another.
  void lead(RunQueue& queue, const MakeRun& make) {
    std::future<void> own = std::async(std::launch::async, [&] {
      StopAtException stop(queue);
      work(queue, make);
      stop.forget();
    });
    Service service(world_, queue);
    are_followers_waiting_ = false;  // serve() leaves none, however it ends
    service.serve();
    own.get();
    // What failed elsewhere fails here as well, and says why; or it was that host's trouble.
    for (const std::size_t run : service.failed()) {
      queue.finish(run, make(run, [&](Instant) { return queue.goes_on(); }));
    }
  }
  void follow(const MakeRun& make) const {
    RemoteQueue queue(world_);
    while (const std::optional<std::size_t> run = queue.next()) {
      try {
        queue.finish(*run, make(*run, [&](Instant) { return queue.goes_on(); }));
      } catch (const std::exception&) {
        queue.fail(*run);
      }
    }
  }

  mpi::environment environment_;
  mpi::communicator world_;
  bool are_followers_waiting_ = false;
};

}  // namespace

std::unique_ptr<Cluster> Cluster::join() { return is_started_by_mpirun() ? std::make_unique<MpiCluster>() : nullptr; }

#else

std::unique_ptr<Cluster> Cluster::join() {
  if (!is_started_by_mpirun()) return nullptr;
  throw InputError({.file = "signalbox"}, "was started by mpirun, and built without MPI",
                   "a build that finds the packages of `tools/setup --mpi`");
}

#endif

}  // namespace signalbox
