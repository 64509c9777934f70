#include "ipc/poll/epoll_set.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {

EpollEntry::EpollEntry(EpollSet& set, Fd fd_, OpenFile& file_, const EpollEvent& event_)
    : fd(fd_), file(file_), event(event_), set_(set) {
  arm(event_);
  file.file().watchers()->add(*this);
  file.gone.add(end_);
  if (EpollSet* const inner = file.file().epoll_set()) inner->joined(set);
}

EpollEntry::~EpollEntry() {
  if (EpollSet* const inner = file.file().epoll_set()) inner->left(set_);
}

void EpollEntry::arm(const EpollEvent& wanted) {
  event = wanted;
  event.events |= poll_err | poll_hup;
}

// ep_poll_callback.
void EpollEntry::ready(ReadyBits bits) {
  if (!is_disarmed() && (bits & event.events) != 0) set_.became_ready(*this);
}

void EpollEntry::End::ready(ReadyBits) { entry_.set_.erase(entry_); }

EpollEntry* EpollSet::find(Fd fd, const OpenFile& file) {
  const auto [begin, end] = entries_.equal_range(fd);
  const auto found = std::find_if(begin, end, [&](const auto& each) { return &each.second.file == &file; });
  return found == end ? nullptr : &found->second;
}

void EpollSet::erase(EpollEntry& entry) {
  const auto [begin, end] = entries_.equal_range(entry.fd);
  entries_.erase(std::find_if(begin, end, [&](const auto& each) { return &each.second == &entry; }));
}

// ep_insert.
Result<void> EpollSet::add(Fd fd, OpenFile& file, const EpollEvent& event) {
  if (file.file().watchers() == nullptr) return Errno::eperm;
  if (const EpollSet* const inner = file.file().epoll_set()) {
    if (inner->leads_to(*this) || inner->depth_below() + depth_above() > most_nested) return Errno::eloop;
  }
  if (find(fd, file) != nullptr) return Errno::eexist;
  const auto added = entries_.emplace(std::piecewise_construct, std::forward_as_tuple(fd),
                                      std::forward_as_tuple(*this, fd, file, event));
  EpollEntry& entry = added->second;
  if (entry.events() != 0) became_ready(entry);
  return {};
}

// ep_modify.
Result<void> EpollSet::modify(Fd fd, const OpenFile& file, const EpollEvent& event) {
  EpollEntry* const entry = find(fd, file);
  if (entry == nullptr) return Errno::enoent;
  entry->arm(event);
  if (entry->events() != 0) became_ready(*entry);
  return {};
}

Result<void> EpollSet::remove(Fd fd, const OpenFile& file) {
  EpollEntry* const entry = find(fd, file);
  if (entry == nullptr) return Errno::enoent;
  erase(*entry);
  return {};
}

void EpollSet::became_ready(EpollEntry& entry) {
  if (!entry.among_ready.is_linked()) ready_.push_back(entry);
  sleepers_.wake(Waiters::one);
  watchers_.tell(poll_readable);
}

bool EpollSet::is_ready() const {
  return std::ranges::any_of(ready_, [](const EpollEntry& entry) { return entry.events() != 0; });
}

bool EpollSet::leads_to(const EpollSet& other) const {
  if (this == &other) return true;
  return std::ranges::any_of(other.above_, [&](const EpollSet* outer) { return leads_to(*outer); });
}

unsigned EpollSet::depth_below() const {
  unsigned most = 0;
  for (const auto& [fd, entry] : entries_) {
    if (const EpollSet* const inner = entry.file.file().epoll_set()) most = std::max(most, inner->depth_below());
  }
  return most + 1;
}

unsigned EpollSet::depth_above() const {
  unsigned most = 0;
  for (const EpollSet* const outer : above_) most = std::max(most, outer->depth_above());
  return most + 1;
}

void EpollSet::left(const EpollSet& outer) { above_.erase(std::ranges::find(above_, &outer)); }

// ep_poll.
Result<std::size_t> EpollSet::wait(Current& current, std::span<EpollEvent> to, Instant deadline) {
  while (true) {
    const std::size_t taken = take_ready(to);
    if (taken > 0) {
      // What is left is for the next who waits.
      if (!ready_.empty()) sleepers_.wake(Waiters::one);
      return taken;
    }
    if (current.now() >= deadline) return std::size_t{0};
    if (current.sleep_on(sleepers_, deadline) == WakeReason::interrupted) return Errno::eintr;
  }
}

// ep_send_events: who is told stays among the ready ones unless it is told of changes only, and is left out the next
// time if it is ready no more.
std::size_t EpollSet::take_ready(std::span<EpollEvent> to) {
  ReadyList seen;
  seen.swap(ready_);
  std::size_t taken = 0;
  while (!seen.empty() && taken < to.size()) {
    EpollEntry& entry = seen.front();
    seen.pop_front();
    const ReadyBits events = entry.events();
    if (events == 0) continue;
    to[taken++] = {.events = events, .data = entry.event.data};
    if ((entry.event.events & epoll_oneshot) != 0) {
      entry.disarm();
    } else if ((entry.event.events & epoll_edge) == 0) {
      ready_.push_back(entry);
    }
  }
  ready_.splice(ready_.begin(), seen);
  return taken;
}

}  // namespace signalbox
