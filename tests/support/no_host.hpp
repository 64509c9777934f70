#pragma once

#include <gtest/gtest.h>

#include "kernel/task/thread.hpp"

namespace signalbox {

// For threads that never run.
class NoHost final : public ThreadHost {
 public:
  void run(Thread&) override { ADD_FAILURE() << "nobody runs here"; }
  void wake(Thread&, WakeReason) override {}
};

}  // namespace signalbox
