#include "workloads/formats/rt_app_references.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/nearest_word.hpp"

namespace signalbox {
namespace {

template <class Visitor>
void for_each_event(Scenario& scenario, Visitor visit) {
  for (Task& task : scenario.tasks) {
    for (Phase& phase : task.phases) {
      for (ScriptEvent& event : phase.events) visit(task, event);
    }
  }
}

void check_forks(Scenario& scenario) {
  std::vector<std::string_view> names;
  for (const Task& task : scenario.tasks) names.push_back(task.name);
  const std::set<std::string_view> known(names.begin(), names.end());
  for_each_event(scenario, [&](const Task&, const ScriptEvent& event) {
    const auto* fork = std::get_if<ForkEvent>(&event.action);
    if (fork == nullptr || known.contains(fork->task)) return;
    throw InputError(
        event.place, "there is no task " + in_quotes(fork->task) + " to fork",
        fmt::format("the name of a task, such as {}, the nearest", in_quotes(nearest_word(fork->task, names))));
  });
}

// Parties are counted when the run begins: forked instances come too late to be among them (rt-app, doc/tutorial.txt,
// "barrier").
void check_barriers(Scenario& scenario) {
  std::map<std::string_view, std::int64_t> parties;
  for_each_event(scenario, [&](const Task& task, const ScriptEvent& event) {
    if (const auto* barrier = std::get_if<BarrierEvent>(&event.action)) parties[barrier->barrier] += task.instances;
  });
  for_each_event(scenario, [&](const Task&, const ScriptEvent& event) {
    const auto* barrier = std::get_if<BarrierEvent>(&event.action);
    if (barrier == nullptr || parties[barrier->barrier] > 0) return;
    throw InputError(event.place, "nobody who starts by itself comes to the barrier " + in_quotes(barrier->barrier),
                     "a task with at least one instance that names it");
  });
}

// The mode is the timer's, not the event's: rt-app sets it in the resource and never back (parse_task_event_data).
void spread_timer_modes(Scenario& scenario) {
  const auto key_of = [](const Task& task, const TimerEvent& timer) {
    const std::string_view owner = timer.is_per_instance ? std::string_view(task.name) : std::string_view();
    return std::pair(owner, std::string_view(timer.timer));
  };
  std::set<std::pair<std::string_view, std::string_view>> absolute;
  for_each_event(scenario, [&](const Task& task, const ScriptEvent& event) {
    const auto* timer = std::get_if<TimerEvent>(&event.action);
    if (timer != nullptr && timer->mode == TimerMode::absolute) absolute.insert(key_of(task, *timer));
  });
  for_each_event(scenario, [&](const Task& task, ScriptEvent& event) {
    auto* timer = std::get_if<TimerEvent>(&event.action);
    if (timer != nullptr && absolute.contains(key_of(task, *timer))) timer->mode = TimerMode::absolute;
  });
}

// rt-app keeps one table of condition variables, so a resume wakes waiters of that name too, and a signal suspenders.
void note_unheard_signals(RtAppContext& context) {
  std::set<std::string_view> awaited;
  for_each_event(context.scenario, [&](const Task&, const ScriptEvent& event) {
    if (const auto* wait = std::get_if<WaitEvent>(&event.action)) awaited.insert(wait->condition);
    if (const auto* sync = std::get_if<SyncEvent>(&event.action)) awaited.insert(sync->condition);
    if (const auto* suspend = std::get_if<SuspendEvent>(&event.action)) awaited.insert(suspend->task);
  });
  const auto note_unless_awaited = [&](const char* kind, const std::string& name) {
    if (!awaited.contains(name)) {
      context.note(fmt::format("{} of {} has no effect: nobody waits for it", kind, in_quotes(name)));
    }
  };
  for_each_event(context.scenario, [&](const Task&, const ScriptEvent& event) {
    if (const auto* signal = std::get_if<SignalEvent>(&event.action)) note_unless_awaited("signal", signal->condition);
    if (const auto* all = std::get_if<BroadcastEvent>(&event.action)) note_unless_awaited("broad", all->condition);
    if (const auto* resume = std::get_if<ResumeEvent>(&event.action)) note_unless_awaited("resume", resume->task);
  });
}

}  // namespace

void resolve_rt_app_references(RtAppContext& context) {
  check_forks(context.scenario);
  check_barriers(context.scenario);
  spread_timer_modes(context.scenario);
  note_unheard_signals(context);
}

}  // namespace signalbox
