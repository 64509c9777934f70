#pragma once

#include "workloads/heap/caller_pages.hpp"

namespace signalbox {

// The running thread inside its process's heap. It sleeps while another one is.
class HeapVisit {
 public:
  HeapVisit(Caller& caller, alloc::ProcessHeap& heap);
  // Of a thread that was killed inside.
  ~HeapVisit() {
    if (is_inside_) heap_.abandon();
  }
  HeapVisit(const HeapVisit&) = delete;
  HeapVisit& operator=(const HeapVisit&) = delete;

  // false in a thread that unwinds and would have to wait, or in a process where somebody was killed inside.
  bool is_inside() const { return is_inside_; }
  // Before anything else that may suspend the thread.
  void leave();

 private:
  Caller& caller_;
  alloc::ProcessHeap& heap_;
  CallerPages pages_;
  bool is_inside_;
};

}  // namespace signalbox
