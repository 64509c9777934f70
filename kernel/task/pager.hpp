#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "kernel/base/result.hpp"
#include "kernel/mm/mmu.hpp"
#include "kernel/mm/shortage/direct_reclaim.hpp"
#include "kernel/mm/space/msync.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

class Caller;
class MainMemory;
struct Thread;

// How a fault ended.
enum class FaultEnd : std::uint8_t {
  resolved,  // make the access again, and look for the CPU's MMU anew
  segv,      // SIGSEGV to a program, Errno::efault to the kernel
  bus,       // SIGBUS
};

// What memory management does for the running thread where that may have to wait: it executes the plans that kernel/mm
// makes. Only for threads whose process has a space.
class Pager {
 public:
  // Does what the fault needs; a copy, for the MMU has another thread's when this has slept. A thread that unwinds
  // already does not wait: it gets FaultEnd::segv.
  virtual FaultEnd resolve(Caller& caller, PageFault fault) = 0;
  // The same as far as nobody has to wait; what it takes is paid for when the thread goes on. False: that does not
  // suffice, or nothing does; what has to be read is on its way.
  virtual bool resolve_at_once(Thread& thread, const PageFault& fault) = 0;
  // Makes the pages present, as mlock(2) and map_populate want it. Errno::enomem: there are no frames; Errno::efault:
  // nothing is mapped there, or it is lost.
  virtual Result<void> populate(Caller& caller, PageRange range) = 0;
  // After calls on mappings: begins what they have asked of devices.
  virtual void begin_requests() = 0;
  // How many requests for frames have been refused so far: what fails without one more does not fail for lack of them.
  virtual std::uint64_t refused_frames() const = 0;
  // Somebody lacks a frame: tries to get some back. False: in vain. `effort` is one for all tries of what needs it, for
  // it knows when to give up; made if there is none.
  virtual bool reclaim(Caller& caller, std::optional<DirectReclaim>& effort) = 0;
  // Gives the caller's process another space with a fresh program in it. Errno::enomem changes nothing; Errno::ebusy:
  // it has other threads.
  virtual Result<void> replace_space(Caller& caller) = 0;

  // What `ask` answers, a Result: it is asked again as long as it says Errno::enomem for lack of frames, and some can
  // be got back. For lack of a promise (overcommit) or of room under a limit nobody reclaims.
  template <class Ask>
  [[gnu::noinline]] std::invoke_result_t<Ask&> with_frames(Caller& caller, Ask ask) {
    std::optional<DirectReclaim> effort;
    while (true) {
      const std::uint64_t refused = refused_frames();
      const auto answer = ask();
      if (answer.has_value() || answer.error() != Errno::enomem || refused_frames() == refused) return answer;
      if (!reclaim(caller, effort)) return answer;
    }
  }

  // Runs `body`, which may not suspend, where there is room for it: the caller's stack may be a few KiB.
  template <class Body>
  void with_room(Body body) {
    run_with_room([](void* argument) { (*static_cast<Body*>(argument))(); }, &body);
  }

  virtual MainMemory& memory() = 0;
  // The host's file that its frames are in: frame n begins at n * page_bytes.
  virtual int ram_descriptor() const = 0;

 protected:
  ~Pager() = default;

 private:
  virtual void run_with_room(void (*body)(void*), void* argument) = 0;
};

}  // namespace signalbox
