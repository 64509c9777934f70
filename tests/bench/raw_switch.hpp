#pragma once

namespace signalbox {

// The anchor raw(N): ns of one switch, one way, when a hub resumes `count` boost::context::fibers with default stacks
// in random order, each of which comes back at once.
double raw_switch(unsigned count);

}  // namespace signalbox
