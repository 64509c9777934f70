#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <memory>
#include <span>

#include "kernel/task/caller.hpp"
#include "workloads/script.hpp"
#include "workloads/script_memory.hpp"
#include "workloads/script_world.hpp"

namespace signalbox {

// The program of one instance of a scripted task: a few words beside what it shares. Nothing that owns memory lives on
// its thread's stack, which is dropped without unwinding when the thread is killed.
class ScriptProgram {
 public:
  // `first` is when the instance's time begins: its timers count from there, and it sleeps until then.
  ScriptProgram(boost::intrusive_ptr<ScriptWorld> world, Script& script, Instant first);

  int operator()(Caller& caller);

 private:
  boost::intrusive_ptr<ScriptWorld> world_;
  Script* script_;
  Instant first_;
  std::unique_ptr<ScriptTimer[]> timers_;   // Script::instance_timers of them
  std::unique_ptr<DueTurn> due_;            // null: the script has no timers
  std::unique_ptr<ScriptBuffers> buffers_;  // null: it uses no emulated memory
};

}  // namespace signalbox
