#pragma once

#include "workloads/script.hpp"

namespace signalbox {

// May the instruction make its thread wait? A lock is taken to be free.
bool may_wait(ScriptOp op);

// Fills in Script::bursts and first_burst from the rest of it: how long each stretch between two waits computes.
void declare_bursts(Script& script);

}  // namespace signalbox
