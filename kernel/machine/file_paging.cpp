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
  paging_.wake_flusher();
}

void FilePaging::throttle(Current& current) { paging_.throttle(caller_of(current)); }

void FilePaging::remove(PageStore& store, std::uint64_t first) {
  machine_.dispatcher().with_room([&] { pages(store).remove(first); });
}

// What is written while it changes is dirty again: it is waited for, and written once more. Pages are waited for in
// ascending order, and one write of each, whatever others write meanwhile: who changes a page and has it written over
// and over would hold us up for ever (filemap_fdatawait_range; tag_pages_for_writeback).
void FilePaging::write_back(Current& current, PageStore& store, std::uint64_t first, std::uint64_t last) {
  bool is_again = true;
  for (unsigned round = 0; round < 2 && is_again; ++round) {
    std::optional<FilePages::Writing> writing;
    machine_.dispatcher().with_room([&] {
      FilePages all = pages(store);
      is_again = false;
      for (const BlockRequest& write : all.start_writes(first, last)) memory_.submit(write);
      writing = all.find_writing(first, last);
      is_again = writing && all.has_dirty(first, last);
    });
    while (writing && !caller_of(current).thread().is_unwinding) {
      paging_.wait_for_write(caller_of(current), writing->frame);
      if (writing->page == last) break;
      const std::uint64_t next = writing->page + 1;
      machine_.dispatcher().with_room([&] { writing = pages(store).find_writing(next, last); });
    }
    if (caller_of(current).thread().is_unwinding) return;
  }
}

// Those that are dirty when it begins; others would keep it busy for ever. What changed while it was written is waited
// for, and written once more.
void FilePaging::write_back_all(Current& current) {
  const Instant begin = current.now();
  const PageWrites& writes = memory_.main().shortage().writes();
  bool is_again = true;
  for (unsigned round = 0; round < 2 && is_again && !caller_of(current).thread().is_unwinding; ++round) {
    machine_.dispatcher().with_room([&] { is_again = start_all_writes(begin); });
    for (std::uint32_t left = writes.writing(); left > 0; --left) {
      if (const auto oldest = writes.oldest_writing()) paging_.wait_for_write(caller_of(current), *oldest);
    }
  }
}

// Of pages that are dirty since then or longer. Whether one of them is busy.
bool FilePaging::start_all_writes(Instant since) {
  Shortage& shortage = memory_.main().shortage();
  const PageWrites& writes = shortage.writes();
  bool has_busy = false;
  std::optional<FrameNumber> page = writes.oldest_dirty();
  while (page && writes.dirtied_at(*page) <= since) {
    const FrameNumber at = *page;
    page = writes.younger_dirty(at);
    if (memory_.main().is_busy(at)) {
      has_busy = true;
    } else {
      memory_.submit(shortage.start_write(at));
    }
  }
  return has_busy;
}

}  // namespace signalbox
