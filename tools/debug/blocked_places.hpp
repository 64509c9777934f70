#pragma once

#include <map>
#include <string>

#include "tools/debug/source_lines.hpp"
#include "tools/experiment/machine_observer.hpp"

namespace signalbox {

// Where the threads of compiled programs sleep when the run has ended, for the report of a run that stalled.
class BlockedPlaces final : public MachineObserver {
 public:
  // More than a report shows helps nobody.
  static constexpr std::size_t most_places = 100;

  Instant next_look() const override { return Instant::max(); }
  void look(Machine&) override {}
  void end(Machine& machine) override;

  // As describe() says it; empty: nothing is known.
  std::string of(Tid thread) const;

 private:
  std::map<Tid, std::string> places_;
};

}  // namespace signalbox
