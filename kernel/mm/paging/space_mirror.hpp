#pragma once

#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// Somebody who remembers entries of one space beside the TLBs, and is told what they are told. None of this fails or
// waits.
class SpaceMirror {
 public:
  virtual void forget(PageRange range) = 0;
  // The page's accessed bit was cleared: the next use is to be seen.
  virtual void forget_use(VirtAddr page) = 0;
  // The kernel relies on some of it until a call is over: that is not reclaimed.
  virtual bool is_kept(PageRange range) const = 0;
  // Everything is forgotten: the space is gone when this comes back.
  virtual void space_ends() = 0;

 protected:
  ~SpaceMirror() = default;
};

}  // namespace signalbox
