#pragma once

#include <cstdint>
#include <vector>

#include "kernel/machine/dispatcher.hpp"
#include "kernel/machine/machine_config.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sim/simulation.hpp"
#include "kernel/task/process_table.hpp"

namespace signalbox {

// CPUs that go offline and come online while the machine runs (kernel/cpu.c): what runs and waits there goes elsewhere,
// and what threads asked for stays, unless none of their CPUs is left. A thread that sleeps notices when it wakes. A
// CPU that deadline threads cannot be without stays (Linux answers EBUSY to whoever writes 0 to its `online` file, and
// does not try again).
class Hotplug final : public EventHandler {
 public:
  Hotplug(Simulation& simulation, Dispatcher& dispatcher, AffinityTable& affinities, const ProcessTable& table)
      : simulation_(simulation), dispatcher_(dispatcher), affinities_(affinities), table_(table) {}

  void schedule(const CpuOutage& outage);

  // The outages that did not come about: which CPU, and when it should have gone.
  struct Refused {
    CpuId cpu;
    Instant when;
  };
  const std::vector<Refused>& refused() const { return refused_; }

  void on_event(std::uint64_t payload) override;

 private:
  void set_online(CpuId cpu, bool is_online);

  Simulation& simulation_;
  Dispatcher& dispatcher_;
  AffinityTable& affinities_;
  const ProcessTable& table_;
  std::vector<Refused> refused_;
};

}  // namespace signalbox
