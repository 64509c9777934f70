#include "workloads/formats/rt_app_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kernel/base/nearest_word.hpp"

namespace signalbox {
namespace {

// rt-app's own, then this project's extensions.
constexpr auto event_names = std::to_array<std::string_view>(
    {"run",      "runtime", "sleep",     "timer",   "lock",       "unlock",     "wait",      "signal",    "broad",
     "sync",     "barrier", "suspend",   "resume",  "mem",        "iorun",      "yield",     "fork",      "sem_post",
     "sem_wait", "memrun",  "pipe_read", "mq_send", "pipe_write", "mq_receive", "sock_send", "sock_recv", "shm_touch",
     "kill",     "touch",   "malloc",    "free",    "io",         "exit"});

[[noreturn]] void refuse_unknown(const LooseMember& member, const KeyGrammar& grammar) {
  std::vector<std::string_view> known(grammar.settings.begin(), grammar.settings.end());
  if (grammar.events == Events::allowed) known.insert(known.end(), event_names.begin(), event_names.end());
  throw InputError(member.place, fmt::format("unknown key {} of {}", in_quotes(member.key), grammar.owner),
                   fmt::format("a known key, such as {}, the nearest", in_quotes(nearest_word(member.key, known))));
}

}  // namespace

std::string_view event_of_key(std::string_view key) {
  std::string_view longest;
  for (const std::string_view name : event_names) {
    if (key.starts_with(name) && name.size() > longest.size()) longest = name;
  }
  return longest;
}

SortedKeys::SortedKeys(const LooseValue& object, const KeyGrammar& grammar) {
  for (const LooseMember& member : object.members) {
    if (std::ranges::find(grammar.settings, std::string_view(member.key)) != grammar.settings.end()) {
      const auto [first, is_new] = settings_.emplace(member.key, &member);
      if (is_new) continue;
      throw InputError(member.place,
                       fmt::format("{} is already set in line {}", in_quotes(member.key), first->second->place.line),
                       "each setting once");
    }
    if (grammar.events == Events::none || event_of_key(member.key).empty()) refuse_unknown(member, grammar);
    events_.push_back(&member);
  }
}

const LooseMember* SortedKeys::find(std::string_view setting) const {
  const auto found = settings_.find(setting);
  return found == settings_.end() ? nullptr : found->second;
}

const LooseMember& SortedKeys::required(const char* setting, const LooseMember& owner) const {
  if (const LooseMember* member = find(setting)) return *member;
  throw InputError(owner.place, fmt::format("{} without \"{}\"", in_quotes(owner.key), setting),
                   fmt::format("\"{}\" in its object", setting));
}

}  // namespace signalbox
