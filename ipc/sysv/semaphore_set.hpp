#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "ipc/sysv/ipc_object.hpp"
#include "kernel/objects/kernel_object.hpp"
#include "kernel/wait/current.hpp"

namespace signalbox {

// struct sembuf
struct SemaphoreOperation {
  std::uint16_t number = 0;
  std::int16_t change = 0;  // 0: wait for zero
  std::uint16_t flags = 0;
};
static_assert(sizeof(SemaphoreOperation) == 6);
inline constexpr std::uint16_t semaphore_undo = 0x1000;
// Whether one of them does more than wait for zero.
bool changes(std::span<const SemaphoreOperation> operations);

// Which of those who sleep at a semaphore semctl(2) counts.
enum class SemaphoreWait : std::uint8_t { for_more, for_zero };

// A set of counters, on several of which an operation is done at once or not at all (semop(2)). After ipc/sem.c of
// Linux 6.1. Who has to wait holds nothing, and is served by whoever changes the set: those that wait for zero first,
// then the others in the order in which they came, as far as each can go on now.
class SemaphoreSet final : public IpcObject, public KernelObject<ObjectClass::sem_array> {
 public:
  static constexpr std::int32_t most = 32767;          // of one semaphore (SEMVMX)
  static constexpr std::size_t most_in_set = 32000;    // SEMMSL
  static constexpr std::size_t most_operations = 500;  // SEMOPM

  SemaphoreSet(IpcKey key, std::uint32_t mode, const Credentials& maker, Instant now, std::size_t semaphores)
      : IpcObject(key, mode, maker, now), semaphores_(semaphores) {}

  std::size_t size() const { return semaphores_.size(); }
  Instant operated() const { return operated_; }  // sem_otime
  std::uint16_t value(std::size_t number) const { return semaphores_[number].value; }
  Pid last(std::size_t number) const { return semaphores_[number].last; }
  std::size_t waiting(std::size_t number, SemaphoreWait what) const;

  // All of them, or none, as soon as that is possible. Requires numbers within the set. Errno::eagain: one of those
  // with ipc_no_wait cannot be done now, or the deadline has come; erange, eintr; eidrm: the set was removed.
  Result<int> operate(Current& current, Pid pid, std::span<const SemaphoreOperation> operations, Instant deadline);

  // Sets values, and forgets what processes would undo of them. Requires values within the range.
  void set(Pid pid, std::size_t number, std::uint16_t value, Instant now);
  void set_all(Pid pid, std::span<const std::uint16_t> values, Instant now);
  // What the process would undo is done; a value stays within its range (exit_sem).
  void undo(Pid pid, Instant now);
  // Whoever sleeps here is told that it is gone.
  void removed();

 private:
  struct Semaphore {
    std::uint16_t value = 0;
    Pid last = {};
  };
  using Hook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  // A caller that sleeps; it lies on its stack.
  struct Pending : Hook {
    Pending(Pid who, std::span<const SemaphoreOperation> wanted) : pid(who), operations(wanted) {}

    Pid pid;
    std::span<const SemaphoreOperation> operations;
    std::size_t blocking = 0;            // the index of the one that cannot be done
    std::optional<Result<int>> outcome;  // once somebody has served it
    WaitQueue place{WaitLabel{WaitKind::semaphore, NameId()}};
  };
  using PendingList = boost::intrusive::list<Pending, boost::intrusive::constant_time_size<false>>;
  using Adjustments = std::vector<std::int16_t>;  // by semaphore; of one process

  // Nothing: it has to wait.
  std::optional<Result<int>> try_now(Pending& wanted, Instant now);
  std::optional<Errno> apply(Pending& wanted, std::size_t& done);
  void take_back(const Pending& wanted, std::size_t done);
  void serve(Instant now);
  bool serve_list(PendingList& list, Instant now);
  Adjustments& adjustments_of(Pid pid);

  std::vector<Semaphore> semaphores_;
  std::map<Pid, Adjustments> adjustments_;
  PendingList wait_for_zero_;
  PendingList wait_for_more_;
  Instant operated_ = {};
};

}  // namespace signalbox
