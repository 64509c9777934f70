#include "kernel/calls/sched_permissions.hpp"

#include "kernel/sched/nice.hpp"

namespace signalbox {
namespace {

bool is_fair(SchedClass kind) { return kind == SchedClass::other || kind == SchedClass::batch; }
bool is_realtime(SchedClass kind) { return kind == SchedClass::fifo || kind == SchedClass::round_robin; }

bool needs_privilege(const Thread& target, const SchedAttributes& wanted) {
  const SchedAttributes& current = target.normal;
  const Process& process = target.process;
  const SchedClass kind = wanted.sched_class;
  if (is_fair(kind) && wanted.nice < current.nice && !is_nice_allowed(process, wanted.nice)) return true;
  if (is_realtime(kind)) {
    const std::uint64_t limit = process.limits.get(Resource::realtime_priority).soft;
    if (kind != current.sched_class && limit == 0) return true;
    if (wanted.realtime_priority > current.realtime_priority && wanted.realtime_priority > limit) return true;
  }
  if (kind == SchedClass::deadline) return true;
  // SCHED_IDLE counts as nice 20: leaving it is a gain.
  return current.sched_class == SchedClass::idle && kind != SchedClass::idle && !is_nice_allowed(process, current.nice);
}

}  // namespace

bool may_schedule(const Credentials& caller, const Credentials& target) {
  return caller.is_privileged() || caller.effective_user == target.effective_user ||
         caller.effective_user == target.real_user;
}

bool is_nice_allowed(const Process& process, int nice) {
  const auto ceiling = static_cast<std::uint64_t>(max_nice + 1 - nice);  // nice 19..-20 as 1..40
  return ceiling <= process.limits.get(Resource::nice).soft;
}

Result<bool> may_set_attributes(const Credentials& caller, const Thread& target, const SchedAttributes& wanted,
                                bool resets) {
  if (caller.is_privileged()) return true;
  if (needs_privilege(target, wanted) || !may_schedule(caller, target.process.credentials)) return Errno::eperm;
  if (target.resets_on_fork && !resets) return Errno::eperm;
  return true;
}

Result<bool> may_create(Caller& caller, const ThreadRequest& request) {
  const Thread& maker = caller.thread();
  if (request.attributes.has_value()) {
    return may_set_attributes(caller.process().credentials, maker, *request.attributes, maker.resets_on_fork);
  }
  if (maker.normal.sched_class == SchedClass::deadline && !maker.resets_on_fork) return Errno::eagain;
  return true;
}

}  // namespace signalbox
