#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>

namespace signalbox {

// What a file is ready for, in poll(2)'s and epoll(7)'s bits (asm-generic/poll.h).
using ReadyBits = std::uint32_t;
inline constexpr ReadyBits poll_in = 0x1;
inline constexpr ReadyBits poll_pri = 0x2;
inline constexpr ReadyBits poll_out = 0x4;
inline constexpr ReadyBits poll_err = 0x8;
inline constexpr ReadyBits poll_hup = 0x10;
inline constexpr ReadyBits poll_nval = 0x20;
inline constexpr ReadyBits poll_rdnorm = 0x40;
inline constexpr ReadyBits poll_rdband = 0x80;
inline constexpr ReadyBits poll_wrnorm = 0x100;
inline constexpr ReadyBits poll_wrband = 0x200;
inline constexpr ReadyBits poll_rdhup = 0x2000;

inline constexpr ReadyBits poll_readable = poll_in | poll_rdnorm;
inline constexpr ReadyBits poll_writable = poll_out | poll_wrnorm;
// For a change that may be of any kind.
inline constexpr ReadyBits poll_any = ~ReadyBits{0};

// Somebody who looks at a file's readiness without sleeping on it alone: poll(2), an entry of an epoll(7) set. It
// leaves its list by its destructor or by leave(); nobody else takes it out.
class ReadinessWatch
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  ReadinessWatch() = default;
  ReadinessWatch(const ReadinessWatch&) = delete;
  ReadinessWatch& operator=(const ReadinessWatch&) = delete;

  // The file may have become ready for these. Looks at nothing else, takes nobody out of a list and does not sleep.
  virtual void ready(ReadyBits bits) = 0;

  bool is_watching() const { return is_linked(); }
  void leave() {
    if (is_linked()) unlink();
  }

 protected:
  ~ReadinessWatch() = default;
};

// Those who watch a file, in the order they came. Each is told of every change: unlike sleepers in a WaitQueue none of
// them takes what has come, so none may be passed over (Linux's non-exclusive waiters).
class ReadinessList {
 public:
  void add(ReadinessWatch& watch) { watches_.push_back(watch); }
  bool empty() const { return watches_.empty(); }
  void tell(ReadyBits bits) {
    for (ReadinessWatch& watch : watches_) watch.ready(bits);
  }
  // The same for the last time: nobody watches any more, and who is told may end itself.
  void tell_end() {
    while (!watches_.empty()) {
      ReadinessWatch& watch = watches_.front();
      watches_.pop_front();
      watch.ready(poll_any);
    }
  }

 private:
  using List = boost::intrusive::list<ReadinessWatch, boost::intrusive::constant_time_size<false>>;

  List watches_;
};

}  // namespace signalbox
