#pragma once

#include "kernel/machine/machine.hpp"

namespace signalbox {

// Looks at a machine at instants of its run. The run pauses for it and goes on as if nobody had looked: no event is
// queued, so that nothing changes and no run lasts longer.
class MachineObserver {
 public:
  virtual ~MachineObserver() = default;

  // When it wants to look next, later than the last time; Instant::max(): not before the end.
  virtual Instant next_look() const = 0;
  // All that is due by that instant has happened.
  virtual void look(Machine& machine) = 0;
  // The run has ended, at or before the next look. Once.
  virtual void end(Machine& machine) = 0;
};

}  // namespace signalbox
