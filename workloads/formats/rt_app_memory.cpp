#include "workloads/formats/rt_app_memory.hpp"

#include <fmt/format.h>

#include <array>

#include "workloads/formats/rt_app_keys.hpp"
#include "workloads/formats/rt_app_values.hpp"

namespace signalbox {
namespace {

// An int in rt-app (src/rt-app_parse_config.c, parse_task_event_data), where more is cut to the most without a word.
constexpr std::int64_t most_bytes = 0x7fffffff;
constexpr IntegerRange bytes_range{0, most_bytes, "a whole number of bytes from 0 to 2147483647"};
constexpr IntegerRange size_range{1, most_bytes, "a whole number of bytes from 1 to 2147483647"};
constexpr IntegerRange count_range{0, most_bytes, "a whole number of accesses from 0 to 2147483647"};
constexpr IntegerRange blocks_range{0, most_bytes, "a whole number of blocks from 0 to 2147483647"};
constexpr std::int64_t pointer_size = 8;
constexpr IntegerRange stride_range{pointer_size, most_bytes, "a whole number of bytes from 8, a pointer, to the size"};
constexpr const char* patterns = "\"sequential\" or \"random\"";

std::uint64_t number_of(const LooseMember& member, const IntegerRange& range) {
  return static_cast<std::uint64_t>(integer_of(member, range));
}

BufferWork work_of(const LooseMember& member) {
  constexpr const char* expected = R"("write", "read" or "chase")";
  const std::string& text = text_of(member, expected);
  if (text == "write") return BufferWork::write;
  if (text == "read") return BufferWork::read;
  if (text == "chase") return BufferWork::chase;
  refuse_value(member, expected);
}

AccessPattern pattern_of(const LooseMember& member) {
  const std::string& text = text_of(member, patterns);
  if (text == "random") return AccessPattern::random;
  if (text == "sequential") return AccessPattern::sequential;
  refuse_value(member, patterns);
}

void add_chain(const SortedKeys& keys, const LooseMember& member, MemoryRunEvent& event) {
  const LooseMember& stride = keys.required("stride", member);
  event.stride = number_of(stride, stride_range);
  if (event.stride > event.size) refuse_value(stride, stride_range.expected);
  event.pattern = pattern_of(keys.required("pattern", member));
}

void refuse_chain(const SortedKeys& keys) {
  for (const char* name : {"stride", "pattern"}) {
    const LooseMember* member = keys.find(name);
    if (member == nullptr) continue;
    throw InputError(member->place, fmt::format("\"{}\" of a memrun that is no chase", name), "it in a chase only");
  }
}

}  // namespace

ScriptAction read_memset(const LooseMember& member) { return MemsetEvent{number_of(member, bytes_range)}; }

ScriptAction read_io_run(const LooseMember& member) { return IoRunEvent{number_of(member, bytes_range)}; }

// rt-app, pull request 147 of 2026; what it takes where a key is missing is not documented, so none may be.
ScriptAction read_memory_run(const LooseMember& member) {
  constexpr auto names = std::to_array<std::string_view>({"type", "size", "count", "stride", "pattern", "ref"});
  const SortedKeys keys(object_of(member), {.owner = "a memrun event", .settings = names});
  MemoryRunEvent event;
  event.work = work_of(keys.required("type", member));
  event.size = number_of(keys.required("size", member), size_range);
  event.count = number_of(keys.required("count", member), count_range);
  if (event.work == BufferWork::chase) {
    add_chain(keys, member, event);
  } else {
    refuse_chain(keys);
  }
  if (const LooseMember* buffer = keys.find("ref")) event.buffer = name_of(*buffer, "the name of a buffer");
  return event;
}

ScriptAction read_touch(const LooseMember& member) {
  constexpr auto names = std::to_array<std::string_view>({"bytes", "pattern"});
  const SortedKeys keys(object_of(member), {.owner = "a touch event", .settings = names});
  TouchEvent event{.bytes = number_of(keys.required("bytes", member), bytes_range)};
  if (const LooseMember* pattern = keys.find("pattern")) event.pattern = pattern_of(*pattern);
  return event;
}

ScriptAction read_malloc(const LooseMember& member) {
  constexpr auto names = std::to_array<std::string_view>({"bytes", "count", "ref"});
  const SortedKeys keys(object_of(member), {.owner = "a malloc event", .settings = names});
  MallocEvent event{.bytes = number_of(keys.required("bytes", member), bytes_range),
                    .ref = name_of(keys.required("ref", member), "the name of blocks")};
  if (const LooseMember* count = keys.find("count")) event.count = number_of(*count, blocks_range);
  return event;
}

ScriptAction read_free(const LooseMember& member) {
  constexpr auto names = std::to_array<std::string_view>({"count", "ref"});
  const SortedKeys keys(object_of(member), {.owner = "a free event", .settings = names});
  FreeEvent event{.ref = name_of(keys.required("ref", member), "the name of blocks")};
  if (const LooseMember* count = keys.find("count")) event.count = number_of(*count, blocks_range);
  return event;
}

std::uint64_t memory_buffer_of(const LooseMember& member) { return number_of(member, size_range); }

}  // namespace signalbox
