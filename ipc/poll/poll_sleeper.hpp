#pragma once

#include <memory>
#include <vector>

#include "kernel/fs/open_file.hpp"
#include "kernel/objects/kernel_object.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// A thread that waits until one of several files is ready (poll_wqueues of fs/select.c). It keeps the files open
// meanwhile, and is on the stack of its call: only threads that are unwound when they end may call what uses one.
class PollSleeper {
 public:
  explicit PollSleeper(Caller& caller) : caller_(caller) {}
  PollSleeper(const PollSleeper&) = delete;
  PollSleeper& operator=(const PollSleeper&) = delete;
  ~PollSleeper();

  // One more, of which these bits matter. Answers what it is ready for now.
  ReadyBits watch(OpenFileRef file, ReadyBits wanted);
  // Of the nth that was watched.
  ReadyBits ready_now(std::size_t nth) const;
  // Until one of them may be ready. Errno::eintr; false: the deadline came.
  Result<bool> sleep(Instant deadline);

 private:
  class Watch final : public ReadinessWatch, public KernelObject<ObjectClass::poll_table> {
   public:
    Watch(PollSleeper& sleeper, OpenFileRef file_, ReadyBits wanted)
        : file(std::move(file_)), sleeper_(sleeper), wanted_(wanted) {}
    void ready(ReadyBits bits) override;

    OpenFileRef file;

   private:
    PollSleeper& sleeper_;
    ReadyBits wanted_;
  };

  Caller& caller_;
  bool was_told_ = false;
  WaitQueue queue_{WaitLabel{WaitKind::events, NameId()}};
  std::vector<std::unique_ptr<Watch>> watches_;
};

}  // namespace signalbox
