#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ipc/sync/user_side.hpp"
#include "kernel/base/address.hpp"
#include "kernel/sim/trace_log.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// Things found by name while scripts are compiled, and by number while they run.
template <class Object>
class NamedObjects {
 public:
  // The number of the object of this name; made from `arguments` where it is new.
  template <class... Arguments>
  std::uint32_t number_of(std::string_view name, Arguments&&... arguments) {
    const auto [place, is_new] = numbers_.try_emplace(std::string(name), static_cast<std::uint32_t>(objects_.size()));
    if (is_new) objects_.emplace_back(std::forward<Arguments>(arguments)...);
    return place->second;
  }
  Object& operator[](std::uint32_t number) { return objects_[number]; }

 private:
  std::deque<Object> objects_;  // a deque: objects that threads sleep on do not move
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
};

// A periodic timer (rt-app.c, rtapp_timer). It starts with its first user.
struct ScriptTimer {
  Instant next = Instant::max();  // max: not started

  bool is_started() const { return next != Instant::max(); }
};

// Memory that threads share by its name: within a process, for each has its own address space.
struct SharedBuffer {
  std::uint64_t bytes = 0;  // the most that an event wants
  std::map<AddressSpaceId, VirtAddr> at = {};
};

// Blocks of malloc by a name, of each process for itself; the last to come is the first to go.
struct SharedBlocks {
  std::map<AddressSpaceId, std::vector<VirtAddr>> of = {};
};

// What the tasks of a scenario share: equal names are the same object, a table a kind. As in rt-app, `suspend`, `wait`
// and `sync` share one table of conditions, and `suspend` and `lock` one of mutexes.
class ScriptObjects {
 public:
  // Requires a scenario that check_scenario() accepts.
  ScriptObjects(const Scenario& scenario, Kernel& kernel);

  std::uint32_t mutex_number(std::string_view name);
  std::uint32_t condition_number(std::string_view name);
  std::uint32_t barrier_number(std::string_view name);
  std::uint32_t semaphore_number(std::string_view name);
  std::uint32_t timer_number(std::string_view name) { return timers.number_of(name); }

  std::uint32_t blocks_number(std::string_view name) { return blocks.number_of(name); }
  std::uint32_t buffer_number(std::string_view name, std::uint64_t bytes) {
    const std::uint32_t number = buffers.number_of(name);
    buffers[number].bytes = std::max(buffers[number].bytes, bytes);
    return number;
  }

  NamedObjects<Mutex> mutexes;
  NamedObjects<Condition> conditions;
  NamedObjects<Barrier> barriers;
  NamedObjects<Semaphore> semaphores;
  NamedObjects<ScriptTimer> timers;
  NamedObjects<SharedBuffer> buffers;
  NamedObjects<SharedBlocks> blocks;
  std::map<AddressSpaceId, Fd> io_devices;  // what each process has Script::io_device open as

 private:
  void note_awaited(const Phase& phase);

  Kernel& kernel_;  // used only while threads are made
  TraceLog& names_;
  MutexProtocol protocol_;
  std::set<std::string, std::less<>> awaited_;  // conditions that some task waits on by `wait` or `sync`
  std::map<std::string, std::uint64_t, std::less<>> parties_;
  std::map<std::string, std::int64_t> semaphore_starts_;
};

// How many threads meet at each barrier: all instances of every task that names it. Forked ones come too late to be
// counted.
std::map<std::string, std::uint64_t, std::less<>> barrier_parties(const Scenario& scenario);

}  // namespace signalbox
