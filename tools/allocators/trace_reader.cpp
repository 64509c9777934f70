#include "tools/allocators/trace_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <boost/unordered/unordered_flat_map.hpp>
#include <limits>

#include "kernel/base/nearest_word.hpp"
#include "kernel/base/time_text.hpp"
#include "tools/memory/placed_word.hpp"
#include "workloads/formats/digits.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t most_id = std::numeric_limits<std::uint32_t>::max();
constexpr Duration most_paused = 100 * 366 * 24 * 3600_s;  // a hundred years
constexpr std::uint64_t most_alignment = std::uint64_t{1} << 30U;

// Numbers of a trace's blocks by their ids, and which of them are in use.
class LiveBlocks {
 public:
  std::uint32_t take(const PlacedWord& id) {
    const auto [at, is_new] = numbers_.try_emplace(id_of(id), static_cast<std::uint32_t>(is_live_.size()));
    if (is_new) is_live_.push_back(false);
    if (is_live_[at->second]) refuse(id, "is a block that is in use", "another id, or its free before");
    is_live_[at->second] = true;
    return at->second;
  }
  std::uint32_t find(const PlacedWord& id) const {
    const auto at = numbers_.find(id_of(id));
    if (at == numbers_.end() || !is_live_[at->second])
      refuse(id, "is no block that is in use", "one that was allocated");
    return at->second;
  }
  std::uint32_t free(const PlacedWord& id) {
    const std::uint32_t number = find(id);
    is_live_[number] = false;
    return number;
  }
  std::uint32_t count() const { return static_cast<std::uint32_t>(is_live_.size()); }

 private:
  static std::uint32_t id_of(const PlacedWord& id) {
    return static_cast<std::uint32_t>(number_of(id, "a block's id", {.least = 0, .most = most_id}));
  }

  boost::unordered_flat_map<std::uint32_t, std::uint32_t> numbers_;
  std::vector<bool> is_live_;
};

// Of a realloc from 1 byte on: what 0 means there, programs and systems do not agree about.
std::uint64_t block_bytes_of(const PlacedWord& word, bool is_realloc = false) {
  return number_of(word, "a block's size", {.least = is_realloc ? 1U : 0U, .most = most_block_bytes});
}

void add_step(AllocationTrace& trace, const InputLines& lines, const AllocationStep& step) {
  if (trace.steps.size() == most_allocation_steps) {
    throw InputError(lines.place(), "the trace is too long", fmt::format("at most {} steps", most_allocation_steps));
  }
  trace.steps.push_back(step);
}

struct StepForm {
  std::string_view name;
  AllocationKind kind;
  std::size_t words;  // behind the name
  std::string_view form;
};
constexpr std::array forms{
    StepForm{"malloc", AllocationKind::malloc, 2, "malloc ID BYTES"},
    StepForm{"calloc", AllocationKind::calloc, 2, "calloc ID BYTES"},
    StepForm{"aligned", AllocationKind::aligned, 3, "aligned ID ALIGNMENT BYTES"},
    StepForm{"realloc", AllocationKind::realloc, 2, "realloc ID BYTES"},
    StepForm{"free", AllocationKind::free, 1, "free ID"},
    StepForm{"free_sized", AllocationKind::free_sized, 1, "free_sized ID"},
    StepForm{"pause", AllocationKind::pause, 1, "pause TIME"},
    StepForm{"exit", AllocationKind::exit, 0, "exit"},
};

class TraceReader {
 public:
  explicit TraceReader(InputLines& lines) : lines_(lines) {}

  AllocationTrace read() {
    bool has_begun = false;
    while (const auto line = lines_.next()) {
      std::vector<PlacedWord> words = words_of(lines_, *line);
      if (words.empty()) continue;
      if (has_begun) {
        read_step(words);
      } else {
        read_head(words);
        has_begun = true;
      }
    }
    if (trace_.steps.empty()) {
      throw InputError({.file = lines_.file()}, "the trace has no steps",
                       "allocations 1, and steps such as malloc 1 100");
    }
    trace_.blocks = blocks_.count();
    return std::move(trace_);
  }

 private:
  static void read_head(const std::vector<PlacedWord>& words) {
    if (words.front().text != "allocations") refuse(words.front(), "does not begin a trace", "allocations 1");
    if (words.size() != 2 || words[1].text != "1") refuse(words.back(), "is no version", "allocations 1");
  }

  void read_step(std::vector<PlacedWord>& words) {
    AllocationStep step;
    if (words.front().text.starts_with('t') && words.front().text.size() > 1) {
      step.thread = static_cast<std::uint16_t>(
          number_of(rest_of(words.front(), 1), "a thread's number", {.least = 0, .most = most_allocation_threads - 1}));
      words.erase(words.begin());
      if (words.empty()) {
        throw InputError(lines_.place(), "the line names a thread only", "a step such as malloc 1 100");
      }
    }
    const PlacedWord name = words.front();
    const auto form = std::ranges::find(forms, std::string_view(name.text), &StepForm::name);
    if (form == forms.end()) refuse(name, "is no step", expected_step(name.text));
    if (words.size() - 1 != form->words) {
      refuse(words.size() - 1 > form->words ? words[form->words + 1] : name, "has not the words of a step",
             std::string(form->form));
    }
    step.kind = form->kind;
    read_words(words, step);
    note_thread(name, step);
    add_step(trace_, lines_, step);
  }

  static std::string expected_step(std::string_view word) {
    std::array<std::string_view, forms.size()> names{};
    std::ranges::transform(forms, names.begin(), &StepForm::name);
    return one_of(word, names);
  }

  void read_words(const std::vector<PlacedWord>& words, AllocationStep& step) {
    switch (step.kind) {
      using enum AllocationKind;
      case malloc:
      case calloc:
        step.block = blocks_.take(words[1]);
        step.bytes = block_bytes_of(words[2]);
        return;
      case aligned:
        step.block = blocks_.take(words[1]);
        step.alignment = number_of(words[2], "an alignment", {.least = 1, .most = most_alignment});
        if (!std::has_single_bit(step.alignment)) refuse(words[2], "is no alignment", "a power of two");
        step.bytes = block_bytes_of(words[3]);
        return;
      case realloc:
        step.block = blocks_.find(words[1]);
        step.bytes = block_bytes_of(words[2], true);
        return;
      case free:
      case free_sized:
        step.block = blocks_.free(words[1]);
        return;
      case pause: {
        const auto time = parse_time(words[1].text);
        if (!time || *time < Duration()) refuse(words[1], "is no time", "a time with a unit, such as 10ms");
        if (*time > most_paused - paused_) refuse(words[1], "makes the pauses too long", "a hundred years in all");
        paused_ += *time;
        step.bytes = static_cast<std::uint64_t>(time->nanoseconds());
        return;
      }
      case exit:
      case exit_group:  // of recordings only: a trace in a file is of one process
        return;
    }
  }

  void note_thread(const PlacedWord& name, const AllocationStep& step) {
    if (has_ended_[step.thread])
      refuse(name, fmt::format("comes after the end of thread {}", step.thread), "a thread that runs");
    if (step.kind == AllocationKind::exit) {
      if (step.thread == 0)
        refuse(name, "ends the first thread", "the end of another one: the trace's end ends the program");
      has_ended_[step.thread] = true;
    }
    trace_.threads = std::max(trace_.threads, step.thread + 1U);
  }

  InputLines& lines_;
  AllocationTrace trace_;
  LiveBlocks blocks_;
  std::array<bool, most_allocation_threads> has_ended_{};
  Duration paused_;
};

}  // namespace

AllocationTrace read_allocation_trace(InputLines& lines) { return TraceReader(lines).read(); }

AllocationTrace read_malloc_lab_trace(InputLines& lines) {
  constexpr std::string_view expected = "a ID BYTES, r ID BYTES or f ID";
  AllocationTrace trace;
  LiveBlocks blocks;
  std::vector<PlacedWord> head;
  std::uint64_t requests = 0;
  while (const auto line = lines.next()) {
    std::vector<PlacedWord> words = words_of(lines, *line);
    while (!words.empty() && head.size() < 4) {
      static_cast<void>(number_of(words.front(), "a number of the trace's head", {.least = 0, .most = most_id}));
      head.push_back(words.front());
      words.erase(words.begin());
    }
    if (words.empty()) continue;
    const std::string& kind = words.front().text;
    const bool has_size = kind == "a" || kind == "r";
    if (!has_size && kind != "f") refuse(words.front(), "is no request", std::string(expected));
    if (words.size() != (has_size ? 3U : 2U)) refuse(words.back(), "does not end a request", std::string(expected));
    ++requests;
    if (kind == "f" && words[1].text == "-1") continue;  // free(NULL)
    AllocationStep step;
    step.kind = kind == "a" ? AllocationKind::malloc : kind == "r" ? AllocationKind::realloc : AllocationKind::free;
    step.block = kind == "a" ? blocks.take(words[1]) : kind == "r" ? blocks.find(words[1]) : blocks.free(words[1]);
    if (has_size) step.bytes = block_bytes_of(words[2], kind == "r");
    add_step(trace, lines, step);
  }
  if (trace.steps.empty()) throw InputError({.file = lines.file()}, "the trace has no requests", std::string(expected));
  if (requests != number_of(head[2], "a number of requests")) {
    refuse(head[2], fmt::format("is not how many requests there are: {}", requests), "a trace that is complete");
  }
  trace.blocks = blocks.count();
  return trace;
}

bool looks_like_allocation_trace(std::string_view beginning) {
  InputLines lines(beginning, "");
  while (const auto line = lines.next()) {
    const std::vector<PlacedWord> words = words_of(lines, *line);
    if (!words.empty()) return !number_in<std::uint64_t>(words.front().text).has_value();
  }
  return true;
}

}  // namespace signalbox
