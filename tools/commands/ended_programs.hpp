#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "kernel/sim/trace_sink.hpp"
#include "kernel/task/wait_status.hpp"
#include "workloads/posix/program_snapshot.hpp"

namespace signalbox {

class SourceLines;

// How the processes of a compiled program ended: those by signals for people, as a shell tells it, and all of them for
// the run's record.
class EndedPrograms final : public TraceSink {
 public:
  TraceKinds wanted() const override;
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override;
  // ProgramHooks::faulted.
  void note_fault(const Thread& thread, ProgramFault&& fault);

  // The first process of the run; nothing: it has not ended.
  std::optional<WaitStatus> first_status() const;
  // "exited with status 3"
  std::string summary() const;
  // Keys of the run's JSON: "exit_code" and "signal" of the first process, and "processes", in the order of their ends.
  void add_to(nlohmann::ordered_json& head) const;
  // A line for each that a signal ended, but for sigkill, by which only somebody else ends a program; and where it
  // was, if it was a fault.
  std::vector<std::string> deaths() const;

 private:
  struct Ended {
    Tid::Value pid;
    std::string name;
    WaitStatus status;
    Instant when;
  };
  struct Fault {
    Tid thread;
    ProgramFault fault;
  };
  // Each holds a copy of a stack.
  static constexpr std::size_t most_faults = 100;

  std::string place_of(const Ended& ended, SourceLines& lines) const;

  boost::unordered_flat_map<Tid::Value, NameId> names_;  // of processes that are alive
  std::optional<Tid::Value> first_;
  std::vector<Ended> ended_;
  std::map<Tid::Value, Fault> faults_;  // by process
};

}  // namespace signalbox
