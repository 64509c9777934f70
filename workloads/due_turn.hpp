#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"

namespace signalbox {

// The deadlines that a scripted thread has before it and that its trace does not tell of yet. It is in a list of all
// of a launch as long as its thread lives.
struct DueTurn : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  Tid thread;                         // none: forked, and has not run yet
  Instant deadline = Instant::max();  // of the next turn to reach its timer; max: it has none
  Duration period;                    // to the deadline after that; 0: that one depends on when this turn ends
  std::int64_t turns = -1;            // how many more reach the timer; -1: for ever
  bool is_late = false;               // the turn under way has passed its timer too late

  // The turn under way has reached its timer; the next one is due then.
  void pass_timer(Duration slack, Instant next) {
    is_late = slack < Duration();
    deadline = turns == 1 ? Instant::max() : next;
    if (turns > 0) --turns;
  }
  // How many of them have passed before `now`.
  std::uint64_t missed_by(Instant now) const;
};

using DueTurns = boost::intrusive::list<DueTurn, boost::intrusive::constant_time_size<false>>;

}  // namespace signalbox
