#include "tools/experiment/malloc_conf.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace signalbox {
namespace {

using alloc::Dss;
using alloc::ProcessHeapOptions;
using alloc::PurgePolicy;
using alloc::Retain;

constexpr std::int64_t most_ms = 1'000'000'000;

std::optional<std::int64_t> number(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) return {};
  return value;
}

bool set_time(Duration& time, std::string_view text) {
  const auto milliseconds = number(text, -1, most_ms);
  if (milliseconds) time = *milliseconds < 0 ? Duration(-1) : Duration(*milliseconds * 1'000'000);
  return milliseconds.has_value();
}

template <class T>
bool set_number(T& value, std::string_view text, std::int64_t least, std::int64_t most) {
  const auto wanted = number(text, least, most);
  if (wanted) value = static_cast<T>(*wanted);
  return wanted.has_value();
}

template <class T, std::size_t count>
bool set_word(T& value, std::string_view text, const std::array<std::pair<std::string_view, T>, count>& words) {
  for (const auto& [word, meaning] : words) {
    if (word != text) continue;
    value = meaning;
    return true;
  }
  return false;
}

constexpr std::array<std::pair<std::string_view, bool>, 2> truth{{{"true", true}, {"false", false}}};

bool set_junk(ProcessHeapOptions& options, std::string_view text) {
  using Junk = std::pair<bool, bool>;
  constexpr std::array<std::pair<std::string_view, Junk>, 4> words{
      {{"true", {true, true}}, {"false", {false, false}}, {"alloc", {true, false}}, {"free", {false, true}}}};
  Junk junk;
  if (!set_word(junk, text, words)) return false;
  std::tie(options.junks_new, options.junks_freed) = junk;
  return true;
}

// A setting by jemalloc's name; `set` answers whether the value is right.
struct Row {
  std::string_view name;
  bool (*set)(ProcessHeapOptions& options, std::string_view value);
  std::string_view expected;
};

constexpr std::string_view milliseconds = "milliseconds to 1000000000, or -1 for never";

constexpr auto rows = std::to_array<Row>({
    {"dirty_decay_ms", [](auto& o, auto text) { return set_time(o.heap.dirty_decay, text); }, milliseconds},
    {"muzzy_decay_ms", [](auto& o, auto text) { return set_time(o.heap.muzzy_decay, text); }, milliseconds},
    {"purge",
     [](auto& o, auto text) {
       constexpr std::array<std::pair<std::string_view, PurgePolicy>, 2> words{
           {{"decay", PurgePolicy::decay}, {"ratio", PurgePolicy::ratio}}};
       return set_word(o.heap.policy, text, words);
     },
     "decay or ratio"},
    {"lg_dirty_mult", [](auto& o, auto text) { return set_number(o.heap.lg_dirty_mult, text, 0, 32); },
     "a whole number from 0 to 32"},
    {"retain",
     [](auto& o, auto text) {
       constexpr std::array<std::pair<std::string_view, Retain>, 2> words{
           {{"true", Retain::yes}, {"false", Retain::no}}};
       return set_word(o.heap.retain, text, words);
     },
     "true or false"},
    {"lg_extent_max_active_fit",
     [](auto& o, auto text) { return set_number(o.heap.lg_extent_max_active_fit, text, 0, 32); },
     "a whole number from 0 to 32"},
    {"narenas", [](auto& o, auto text) { return set_number(o.heap.narenas, text, 1, 64); },
     "a whole number from 1 to 64"},
    {"tcache_gc_incr_bytes",
     [](auto& o, auto text) { return set_number(o.heap.tcache_gc_bytes, text, 1024, std::int64_t{1} << 40U); },
     "bytes from 1024 on"},
    {"dss",
     [](auto& o, auto text) {
       constexpr std::array<std::pair<std::string_view, Dss>, 3> words{
           {{"disabled", Dss::disabled}, {"secondary", Dss::secondary}, {"primary", Dss::primary}}};
       return set_word(o.dss, text, words);
     },
     "disabled, secondary or primary"},
    {"junk", set_junk, "true, false, alloc or free"},
    {"redzone", [](auto& o, auto text) { return set_word(o.has_red_zones, text, truth); }, "true or false"},
    {"uaf", [](auto& o, auto text) { return set_word(o.finds_late_writes, text, truth); }, "true or false"},
});

void set(ProcessHeapOptions& options, std::string_view pair, const SourcePlace& place) {
  const std::size_t colon = pair.find(':');
  const std::string_view name = pair.substr(0, colon);
  std::string names;
  for (const Row& row : rows) {
    if (row.name == name) {
      const std::string_view value = colon == std::string_view::npos ? "" : pair.substr(colon + 1);
      if (row.set(options, value)) return;
      throw InputError(place, fmt::format("{} of malloc is {}", name, in_quotes(value)), std::string(row.expected));
    }
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  throw InputError(place, "there is no setting " + in_quotes(name) + " of malloc", "name:value,... of " + names);
}

}  // namespace

ProcessHeapOptions parse_malloc_conf(std::string_view text, const SourcePlace& place) {
  ProcessHeapOptions options;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    set(options, text.substr(0, comma), place);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  // Who looks for late writes has to know what was freed.
  options.junks_freed |= options.finds_late_writes;
  return options;
}

}  // namespace signalbox
