#include "kernel/machine/file_paging.hpp"

#include <optional>

#include "kernel/machine/machine.hpp"

namespace signalbox {
namespace {

// Whatever sleeps on a machine is one of its threads.
Caller& caller_of(Current& current) { return static_cast<Caller&>(current); }

}  // namespace

std::span<std::byte> FilePaging::find(PageStore& store, std::uint64_t page) { return pages(store).find(page); }

std::span<std::byte> FilePaging::make(PageStore& store, std::uint64_t page) {
  std::span<std::byte> made;
  machine_.dispatcher().with_room([&] {
    made = pages(store).make(page, FrameUrgency::ordinary);
    memory_.note_use();
  });
  return made;
}

Result<void> FilePaging::bring_in(Current& current, PageStore& store, std::uint64_t page, std::uint64_t last) {
  FilePages wanted = pages(store);
  const Result<void> there = paging_.bring_in(caller_of(current), wanted, page, last);
  if (!there.has_value() && caller_of(current).thread().is_unwinding) return Errno::eintr;
  return there;
}

void FilePaging::touched(PageStore& store, std::uint64_t page) { pages(store).touched(page); }

void FilePaging::dirtied(PageStore& store, std::uint64_t page) {
  machine_.dispatcher().with_room([&] { pages(store).dirtied(page); });
}

void FilePaging::throttle(Current& current) { paging_.throttle(caller_of(current)); }

void FilePaging::remove(PageStore& store, std::uint64_t first) {
  machine_.dispatcher().with_room([&] { pages(store).remove(first); });
}

// What is written while it changes is dirty again: it is waited for, and written once more.
void FilePaging::write_back(Current& current, PageStore& store, std::uint64_t first, std::uint64_t last) {
  bool is_again = true;
  for (unsigned round = 0; round < 2 && is_again; ++round) {
    std::optional<FrameNumber> writing;
    machine_.dispatcher().with_room([&] {
      FilePages all = pages(store);
      is_again = false;
      for (const BlockRequest& write : all.start_writes(first, last)) memory_.submit(write);
      writing = all.find_writing(first, last);
      is_again = writing && all.has_dirty(first, last);
    });
    while (writing && !caller_of(current).thread().is_unwinding) {
      paging_.wait_for(caller_of(current), *writing);
      machine_.dispatcher().with_room([&] { writing = pages(store).find_writing(first, last); });
    }
    if (caller_of(current).thread().is_unwinding) return;
  }
}

// Those that are dirty now; others would keep it busy for ever.
void FilePaging::write_back_all(Current& current) {
  Shortage& shortage = memory_.main().shortage();
  const Instant begin = current.now();
  const auto next = [&](std::optional<FrameNumber> page) {
    while (page && memory_.main().is_busy(*page)) page = shortage.writes().younger_dirty(*page);
    return page && shortage.writes().dirtied_at(*page) <= begin ? page : std::nullopt;
  };
  machine_.dispatcher().with_room([&] {
    while (const std::optional<FrameNumber> page = next(shortage.writes().oldest_dirty())) {
      memory_.submit(shortage.start_write(*page));
    }
  });
  for (std::uint32_t left = shortage.writes().writing(); left > 0; --left) {
    if (const auto oldest = shortage.writes().oldest_writing()) paging_.wait_for(caller_of(current), *oldest);
  }
}

}  // namespace signalbox
