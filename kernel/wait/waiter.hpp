#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstdint>

namespace signalbox {

// Why a sleep ended.
enum class WakeReason : std::uint8_t {
  woken,        // what it waited for may have come: test again
  timed_out,    // its deadline came first
  interrupted,  // a signal wants to be handled first
  killed,       // it must end; sleep_on answers this by throwing, and to a thread that already unwinds
};

// A place in a wait queue. It leaves the queue by its destructor, by leave(), or when it is woken; nobody else erases
// it.
class Waiter : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  bool is_queued() const { return is_linked(); }
  void leave() {
    if (is_linked()) unlink();
  }

  // What was waited for may have come. The waiter has already left the queue.
  virtual void woken() = 0;

 protected:
  ~Waiter() = default;
};

}  // namespace signalbox
