#include <array>
#include <string>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("children", 4, 1, 10'000, "processes that the parent forks"),
    number_argument("pages", 256, 1, 1'000'000, "pages that the parent writes first"),
    number_argument("written", 25, 0, 100, "how many of a hundred each child writes"),
    time_argument("pause", 1_ms, 0_ns, 100_s, "asleep after the fork, and again after the writes"),
};

// A parent writes pages and forks; all share them until a child writes: then that page is copied, and only that.
struct ForkFamily {
  std::int64_t children;
  std::uint64_t pages;
  std::uint64_t written;
  Duration rest;

  int operator()(Guest& guest) const {
    const Result<Uptr<std::uint64_t>> made = guest.allocate<std::uint64_t>(pages * words_per_page);
    if (!made.has_value()) return 1;
    const Uptr<std::uint64_t> words = *made;
    for (std::uint64_t page = 0; page < pages; ++page) guest.store(words + page * words_per_page, page);
    int failed = 0;
    for (std::int64_t number = 0; number < children; ++number) {
      const auto mark = static_cast<std::uint64_t>(number + 1) << 32U;
      const auto program = [*this, words, mark](Guest& child) { return change(child, words, mark); };
      if (!guest.fork("child-" + std::to_string(number), guest_program(program)).has_value()) failed = 1;
    }
    while (const auto child = guest.wait()) {
      if (child->status != WaitStatus()) failed = 1;
    }
    for (std::uint64_t page = 0; page < pages; ++page) {
      if (guest.load(words + page * words_per_page) != page) failed = 1;
    }
    return failed;
  }

  // 1 if a page is not what this child or its parent wrote.
  int change(Guest& guest, Uptr<std::uint64_t> words, std::uint64_t mark) const {
    pause(guest, rest);
    const std::uint64_t changed = pages * written / 100;
    for (std::uint64_t page = 0; page < changed; ++page) guest.store(words + page * words_per_page, mark + page);
    pause(guest, rest);
    for (std::uint64_t page = 0; page < pages; ++page) {
      if (guest.load(words + page * words_per_page) != (page < changed ? mark : 0) + page) return 1;
    }
    return 0;
  }

  static constexpr std::uint64_t words_per_page = page_bytes / 8;
};

}  // namespace

const NativeProgram fork_family_program{
    "fork_family",
    "a parent and children that share its pages until they write",
    arguments,
    [](const ProgramArguments& given, const Prng&) {
      return guest_program(ForkFamily{given.number("children"), static_cast<std::uint64_t>(given.number("pages")),
                                      static_cast<std::uint64_t>(given.number("written")), given.time("pause")});
    },
    [](const ProgramArguments& given) { return static_cast<std::uint64_t>(1 + given.number("children")); },
    true};

}  // namespace signalbox
