#include "workloads/script_bursts.hpp"

#include <algorithm>

namespace signalbox {
namespace {

// Longer than any slice: who computes for ever without a wait.
constexpr Duration endless = Duration(std::int64_t{1} << 60);

// Time to compute, and whether a wait ends it.
struct Stretch {
  Duration length;
  bool is_over = false;
};

bool computes(ScriptOp op) { return op == ScriptOp::run || op == ScriptOp::runtime || op == ScriptOp::stretch; }

bool ends_stretch(ScriptOp op) { return (may_wait(op) && op != ScriptOp::lock) || op == ScriptOp::exit; }

class BurstReader {
 public:
  explicit BurstReader(const Script& script) : script_(script) {}

  // From instruction `from` of its phase to the phase's end.
  Stretch rest_of(const ScriptPhase& phase, std::uint32_t from) const {
    Stretch stretch;
    for (std::uint32_t at = from; at < phase.end && !stretch.is_over; ++at) {
      const ScriptInstruction& instruction = script_.instructions[at];
      if (computes(instruction.op)) extend(stretch, instruction.duration);
      stretch.is_over = ends_stretch(instruction.op);
    }
    return stretch;
  }

  // All turns of the phases from `from` on, up to the end of the task's turn.
  Stretch phases_from(std::size_t from) const {
    Stretch stretch;
    for (std::size_t at = from; at < script_.phases.size() && !stretch.is_over; ++at) {
      const ScriptPhase& phase = script_.phases[at];
      const Stretch turn = rest_of(phase, phase.begin);
      const bool is_endless = phase.loop < 0 && !turn.is_over;
      const bool is_long = phase.loop > 0 && turn.length > endless / phase.loop;
      if (is_endless || is_long) return {endless, true};
      extend(stretch, turn.is_over ? turn.length : turn.length * phase.loop);
      stretch.is_over = turn.is_over;
    }
    return stretch;
  }

  static void extend(Stretch& stretch, Duration by) { stretch.length = std::min(endless, stretch.length + by); }

 private:
  const Script& script_;
};

Duration then(Stretch first, Stretch second) {
  if (!first.is_over) BurstReader::extend(first, second.length);
  return first.length;
}

// From the instruction after `at`, which may wait, in the phase at `index`.
ScriptBurst burst_after(const Script& script, const BurstReader& reader, std::size_t index, std::uint32_t at) {
  const ScriptPhase& phase = script.phases[index];
  const Stretch rest = reader.rest_of(phase, at + 1);
  const Stretch again = reader.rest_of(phase, phase.begin);
  Stretch next = reader.phases_from(index + 1);
  const Duration if_ended = then(rest, next);
  if (!next.is_over) {
    const Stretch whole = reader.phases_from(0);
    next = {then(next, whole), whole.is_over};
  }
  return {then(rest, again), then(rest, next), if_ended};
}

}  // namespace

bool may_wait(ScriptOp op) {
  switch (op) {
    case ScriptOp::sleep:
    case ScriptOp::timer:
    case ScriptOp::instance_timer:
    case ScriptOp::lock:
    case ScriptOp::wait:
    case ScriptOp::barrier:
    case ScriptOp::acquire:
      return true;
    case ScriptOp::run:
    case ScriptOp::runtime:
    case ScriptOp::stretch:
    case ScriptOp::unlock:
    case ScriptOp::signal:
    case ScriptOp::broadcast:
    case ScriptOp::post:
    case ScriptOp::yield:
    case ScriptOp::fork:
    case ScriptOp::memory:
    case ScriptOp::set_scheduler:
    case ScriptOp::set_affinity:
    case ScriptOp::set_group:
    case ScriptOp::exit:
      return false;
  }
  return false;
}

void declare_bursts(Script& script) {
  const BurstReader reader(script);
  for (std::size_t index = 0; index < script.phases.size(); ++index) {
    const ScriptPhase& phase = script.phases[index];
    for (std::uint32_t at = phase.begin; at < phase.end; ++at) {
      if (!may_wait(script.instructions[at].op)) continue;
      script.instructions[at].burst = static_cast<std::uint32_t>(script.bursts.size());
      script.bursts.push_back(burst_after(script, reader, index, at));
    }
  }
  script.first_burst = reader.phases_from(0).length;
}

}  // namespace signalbox
