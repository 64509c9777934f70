#pragma once

#include "kernel/task/kernel.hpp"

namespace signalbox {

// The open file that a call works on, kept open until the call ends, whoever closes its descriptor meanwhile.
class FileInUse {
 public:
  explicit FileInUse(Caller& caller) : caller_(caller) {}
  FileInUse(const FileInUse&) = delete;
  FileInUse& operator=(const FileInUse&) = delete;
  ~FileInUse() {
    OpenFileRef& file = caller_.thread().file_in_use;
    if (file != nullptr && file->use_count() == 1) {
      caller_.kernel().with_room([&] { file.reset(); });  // all that it keeps goes with it
    } else {
      file.reset();
    }
  }

  // Errno::ebadf.
  Result<OpenFile*> get(Fd fd) {
    OpenFileRef& file = caller_.thread().file_in_use;
    file = TRY(caller_.process().descriptors.get(fd));
    return file.get();
  }
  // One that no descriptor stands for.
  OpenFile& set(OpenFileRef given) {
    caller_.thread().file_in_use = std::move(given);
    return *caller_.thread().file_in_use;
  }

 private:
  Caller& caller_;
};

}  // namespace signalbox
