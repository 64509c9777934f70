#pragma once

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "workloads/formats/loose_json.hpp"

namespace signalbox {

// The event that a key names, or "". A key names the event it begins with, so that run0, sleep_a and timer3 are legal
// in texts whose keys must differ; the longest event counts, as runtime and run, memrun and mem differ only so
// (rt-app, src/rt-app_parse_config.c, obj_is_event and parse_task_event_data).
std::string_view event_of_key(std::string_view key);

enum class Events : unsigned char { allowed, none };

// What an object of the rt-app grammar may hold.
struct KeyGrammar {
  const char* owner;  // as messages name it: "a task"
  std::span<const std::string_view> settings;
  Events events = Events::none;
};

// An object's members told apart: settings, each at most once, and events in order.
class SortedKeys {
 public:
  // Throws InputError for a key that is neither, naming the nearest that is, and for a setting made twice.
  // The object must outlive this.
  SortedKeys(const LooseValue& object, const KeyGrammar& grammar);

  const LooseMember* find(std::string_view setting) const;
  // Throws InputError at `owner`, whose object this is, without the setting.
  const LooseMember& required(const char* setting, const LooseMember& owner) const;
  const std::vector<const LooseMember*>& events() const { return events_; }

 private:
  std::map<std::string_view, const LooseMember*> settings_;
  std::vector<const LooseMember*> events_;
};

}  // namespace signalbox
