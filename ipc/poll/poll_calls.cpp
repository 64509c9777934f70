#include "ipc/poll/poll_calls.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "ipc/poll/mask_for_call.hpp"
#include "ipc/poll/poll_sleeper.hpp"
#include "ipc/poll/timeout.hpp"
#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

constexpr ReadyBits always_told = poll_err | poll_hup;

// struct pollfd
struct PollFd {
  std::int32_t fd = 0;
  std::uint16_t events = 0;
  std::uint16_t told = 0;
};
static_assert(sizeof(PollFd) == 8);

// do_poll: what is ready now, else what is first, in all its files.
class PollRound {
 public:
  PollRound(Caller& caller, std::span<PollFd> files) : sleeper_(caller), files_(files) {
    const DescriptorTable& table = caller.process().descriptors;
    for (PollFd& each : files_) {
      each.told = 0;
      if (each.fd < 0) continue;
      const auto file = table.get(Fd(each.fd));
      if (file.has_value()) {
        each.told = static_cast<std::uint16_t>(sleeper_.watch(*file, each.events | always_told));
        watched_.push_back(&each);
      } else {
        each.told = poll_nval;
      }
    }
  }

  // How many are ready before the deadline.
  Result<std::int32_t> wait(Instant deadline) {
    std::int32_t ready = count();
    while (ready == 0 && TRY(sleeper_.sleep(deadline))) {
      for (std::size_t nth = 0; nth < watched_.size(); ++nth) {
        const ReadyBits told = sleeper_.ready_now(nth) & (watched_[nth]->events | always_told);
        watched_[nth]->told = static_cast<std::uint16_t>(told);
      }
      ready = count();
    }
    return ready;
  }

 private:
  std::int32_t count() const {
    return static_cast<std::int32_t>(std::ranges::count_if(files_, [](const PollFd& each) { return each.told != 0; }));
  }

  PollSleeper sleeper_;
  std::span<PollFd> files_;
  std::vector<PollFd*> watched_;
};

Result<std::int32_t> poll_until(Caller& caller, UserPointer<PollFd> at, std::uint32_t count, Instant deadline) {
  if (count > caller.process().descriptor_limit()) return Errno::einval;
  const std::span<PollFd> given = TRY(at.get(count));
  std::vector<PollFd> files(given.begin(), given.end());
  const std::int32_t ready = TRY(PollRound(caller, files).wait(deadline));
  // The memory may be another after a sleep.
  const std::span<PollFd> to = TRY(at.get(count));
  for (std::size_t i = 0; i < files.size(); ++i) to[i].told = files[i].told;
  return ready;
}

// poll(2): one that begins again after a signal without a handler ends when it would have ended.
Result<std::int32_t> sys_poll(Caller& caller, UserPointer<PollFd> files, std::uint32_t count, std::int32_t timeout) {
  const Instant deadline = caller.thread().deadline_again(deadline_in(caller, timeout));
  const Result<std::int32_t> ready = poll_until(caller, files, count, deadline);
  if (!ready.has_value() && ready.error() == Errno::eintr) caller.thread().own_signals().restart_deadline = deadline;
  return ready;
}

// ppoll(2), the raw call: the time left is written back.
Result<std::int32_t> sys_ppoll(Caller& caller, UserPointer<PollFd> files, std::uint32_t count,
                               UserPointer<TimeSpec> timeout, UserPointer<const SignalSet> mask,
                               std::uint64_t mask_bytes) {
  const Instant deadline = TRY(deadline_of(caller, timeout));
  MaskForCall during(caller);
  TRY(during.set(mask, mask_bytes));
  const Result<std::int32_t> ready = poll_until(caller, files, count, deadline);
  write_time_left(caller, timeout, deadline);
  return during.answer(ready);
}

using Word = std::uint64_t;
constexpr std::uint32_t word_bits = 64;
// What each of select(2)'s sets means (fs/select.c).
constexpr std::array<ReadyBits, 3> meaning{poll_rdnorm | poll_rdband | poll_in | poll_hup | poll_err,
                                           poll_wrband | poll_wrnorm | poll_out | poll_err, poll_pri};

// The three sets of a select(2), and the same as poll(2) has it.
struct SelectSets {
  std::array<UserPointer<Word>, 3> at;
  std::uint32_t numbers = 0;

  std::size_t words() const { return (numbers + word_bits - 1) / word_bits; }
  static bool has(std::span<const Word> set, std::uint32_t number) {
    return !set.empty() && (set[number / word_bits] >> number % word_bits & 1) != 0;
  }
  Result<std::vector<std::uint8_t>> wanted() const {
    std::vector<std::uint8_t> bits(numbers);  // a bit a set
    for (std::size_t which = 0; which < at.size(); ++which) {
      if (at[which].is_null()) continue;
      const std::span<const Word> set = TRY(at[which].get(words()));
      for (std::uint32_t number = 0; number < numbers; ++number)
        bits[number] = static_cast<std::uint8_t>(bits[number] | (has(set, number) ? 1U << which : 0));
    }
    return bits;
  }
  Result<void> write(std::span<const std::uint8_t> bits) const {
    for (std::size_t which = 0; which < at.size(); ++which) {
      if (at[which].is_null()) continue;
      const std::span<Word> set = TRY(at[which].get(words()));
      std::ranges::fill(set, 0);
      for (std::uint32_t number = 0; number < numbers; ++number)
        set[number / word_bits] |= Word{bits[number] >> which & 1U} << number % word_bits;
    }
    return {};
  }
};

ReadyBits bits_of(std::uint8_t wanted) {
  ReadyBits bits = 0;
  for (std::size_t which = 0; which < meaning.size(); ++which) bits |= (wanted >> which & 1) != 0 ? meaning[which] : 0;
  return bits;
}

// do_select: how many bits are set in the answer. Errno::ebadf: a number that stands for nothing is asked for.
class SelectRound {
 public:
  SelectRound(Caller& caller, std::vector<std::uint8_t> wanted)
      : sleeper_(caller), wanted_(std::move(wanted)), answer_(wanted_.size()) {}

  Result<void> watch(const DescriptorTable& table) {
    for (std::uint32_t number = 0; number < wanted_.size(); ++number) {
      if (wanted_[number] == 0) continue;
      sleeper_.watch(TRY(table.get(Fd(static_cast<std::int32_t>(number)))), bits_of(wanted_[number]));
      watched_.push_back(number);
    }
    return {};
  }
  Result<std::int32_t> wait(Instant deadline) {
    std::int32_t ready = look();
    while (ready == 0 && TRY(sleeper_.sleep(deadline))) ready = look();
    return ready;
  }
  std::span<const std::uint8_t> answer() const { return answer_; }

 private:
  std::int32_t look() {
    std::int32_t ready = 0;
    for (std::size_t nth = 0; nth < watched_.size(); ++nth) {
      const ReadyBits bits = sleeper_.ready_now(nth);
      std::uint8_t& answer = answer_[watched_[nth]];
      answer = 0;
      for (std::size_t which = 0; which < meaning.size(); ++which) {
        const bool is_told = (wanted_[watched_[nth]] >> which & 1) != 0 && (bits & meaning[which]) != 0;
        answer = static_cast<std::uint8_t>(answer | (is_told ? 1U << which : 0));
        ready += is_told ? 1 : 0;
      }
    }
    return ready;
  }

  PollSleeper sleeper_;
  std::vector<std::uint8_t> wanted_;
  std::vector<std::uint8_t> answer_;
  std::vector<std::uint32_t> watched_;
};

// Numbers above those that the table has places for are not looked at.
Result<std::int32_t> select_until(Caller& caller, std::int32_t numbers, SelectSets sets, Instant deadline) {
  if (numbers < 0) return Errno::einval;
  // A table has places for 64 and more, by 64 (NR_OPEN_DEFAULT).
  const auto places = static_cast<std::uint32_t>(caller.process().descriptors.places());
  const std::uint32_t most = std::max((places + word_bits - 1) / word_bits, 1U) * word_bits;
  sets.numbers = std::min(static_cast<std::uint32_t>(numbers), most);
  SelectRound round(caller, TRY(sets.wanted()));
  TRY(round.watch(caller.process().descriptors));
  const std::int32_t ready = TRY(round.wait(deadline));
  TRY(sets.write(round.answer()));
  return ready;
}

// select(2): microseconds, of which what is left is written back.
Result<std::int32_t> sys_select(Caller& caller, std::int32_t numbers, UserPointer<Word> in, UserPointer<Word> out,
                                UserPointer<Word> except, UserPointer<TimeVal> timeout) {
  constexpr std::int64_t thousand = 1'000;
  constexpr std::int64_t million = 1'000'000;
  TimeSpec time;
  const bool is_bounded = !timeout.is_null();
  if (is_bounded) {
    const TimeVal given = TRY(timeout.read());
    time = {given.seconds + given.microseconds / million, given.microseconds % million * thousand};
  }
  const auto own = is_bounded ? UserPointer<TimeSpec>::to(&time) : UserPointer<TimeSpec>();
  const Instant deadline = TRY(deadline_of(caller, own));
  const Result<std::int32_t> ready = select_until(caller, numbers, {.at = {in, out, except}}, deadline);
  write_time_left(caller, own, deadline);
  if (is_bounded) static_cast<void>(timeout.write({time.seconds, time.nanoseconds / thousand}));
  return ready;
}

// What the raw pselect6 has in place of a seventh argument.
struct SizedMask {
  std::uint64_t at = 0;
  std::uint64_t bytes = 0;
};

// pselect6(2), the raw call.
Result<std::int32_t> sys_pselect6(Caller& caller, std::int32_t numbers, UserPointer<Word> in, UserPointer<Word> out,
                                  UserPointer<Word> except, UserPointer<TimeSpec> timeout,
                                  UserPointer<SizedMask> sized) {
  const Instant deadline = TRY(deadline_of(caller, timeout));
  const SizedMask mask = sized.is_null() ? SizedMask() : TRY(sized.read());
  MaskForCall during(caller);
  TRY(during.set(UserPointer<const SignalSet>(mask.at, caller.process().compiled.get()), mask.bytes));
  const Result<std::int32_t> ready = select_until(caller, numbers, {.at = {in, out, except}}, deadline);
  write_time_left(caller, timeout, deadline);
  return during.answer(ready);
}

}  // namespace

std::span<const SyscallRow> poll_calls() {
  constexpr Restart unless_handled = Restart::without_handler;
  static constexpr std::array rows{
      row<sys_poll>(call_number::poll, "poll", Support::full(), unless_handled),
      row<sys_select>(call_number::select, "select", Support::full(), unless_handled),
      row<sys_pselect6>(call_number::pselect6, "pselect6", Support::full(), unless_handled),
      row<sys_ppoll>(call_number::ppoll, "ppoll", Support::full(), unless_handled),
  };
  return rows;
}

}  // namespace signalbox
