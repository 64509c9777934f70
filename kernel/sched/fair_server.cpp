#include "kernel/sched/fair_server.hpp"

namespace signalbox {

void FairServer::begin_period(Instant now) {
  deadline_ = now + period;
  left_ = runtime;
}

// deadline.c, replenish_dl_entity.
void FairServer::replenish(Instant now) {
  while (left_ <= Duration()) {
    deadline_ += period;
    left_ += runtime;
  }
  if (deadline_ < now) begin_period(now);
}

// deadline.c, update_dl_entity.
void FairServer::start(Instant now) {
  if (is_active()) return;
  if (deadline_ < now || has_too_much(now)) begin_period(now);
  phase_ = !is_starving_ ? Phase::deferred : left_ > Duration() ? Phase::serving : Phase::spent;
}

void FairServer::ran(Duration length, Instant now) {
  if (!is_active()) return;
  left_ -= length;
  if (left_ > Duration()) return;
  if (is_serving()) {
    phase_ = Phase::spent;
    return wake(now);
  }
  is_starving_ = false;
  begin_period(now);
  phase_ = Phase::deferred;
}

void FairServer::idled(Duration length) {
  if (left_ < Duration()) return;
  left_ -= length;
  if (left_ >= Duration()) return;
  left_ = Duration();
  is_starving_ = false;
}

Instant FairServer::due() const {
  switch (phase_) {
    case Phase::stopped:
    case Phase::serving:
      return Instant::max();
    case Phase::deferred:
      return deadline_ - left_;
    case Phase::spent:
      return deadline_;
  }
  return Instant::max();
}

void FairServer::wake(Instant now) {
  if (now < due()) return;
  if (phase_ == Phase::deferred) {
    is_starving_ = true;
    if (has_too_much(now)) begin_period(now);
  }
  replenish(now);
  phase_ = !is_starving_ && now < deadline_ - left_ ? Phase::deferred : Phase::serving;
}

}  // namespace signalbox
