#pragma once

#include "kernel/task/kernel.hpp"

namespace signalbox {

// The open file that a call works on, kept open until the call ends, whoever closes its descriptor or unmaps it
// meanwhile.
class FileInUse {
 public:
  explicit FileInUse(Caller& caller) : caller_(caller) {}
  FileInUse(const FileInUse&) = delete;
  FileInUse& operator=(const FileInUse&) = delete;
  ~FileInUse() {
    MemoryObjectRef& file = caller_.thread().file_in_use;
    if (file != nullptr && file->use_count() == 1) {
      caller_.kernel().with_room([&] { file.reset(); });  // all that it keeps goes with it
    } else {
      file.reset();
    }
  }

  // Errno::ebadf.
  Result<OpenFile*> get(Fd fd) { return &set(TRY(caller_.process().descriptors.get(fd))); }
  // One that no descriptor stands for.
  OpenFile& set(OpenFileRef given) {
    OpenFile& file = *given;
    keep(std::move(given));
    return file;
  }
  void keep(MemoryObjectRef object) { caller_.thread().file_in_use = std::move(object); }

 private:
  Caller& caller_;
};

}  // namespace signalbox
