#pragma once

#include "workloads/heap/caller_pages.hpp"

namespace signalbox {

// The running thread inside its process's heap.
class HeapVisit {
 public:
  HeapVisit(Caller& caller, alloc::ProcessHeap& heap) : caller_(caller), heap_(heap), pages_(caller) {}
  // Of a thread that was killed inside.
  ~HeapVisit() {
    if (is_inside_) heap_.abandon();
  }
  HeapVisit(const HeapVisit&) = delete;
  HeapVisit& operator=(const HeapVisit&) = delete;

  // Sleeps while another one is inside. false in a thread that unwinds and would have to wait, or in a process where
  // somebody was killed inside.
  bool enter();
  // Before anything else that may suspend the thread.
  void leave();

 private:
  Caller& caller_;
  alloc::ProcessHeap& heap_;
  CallerPages pages_;
  bool is_inside_ = false;
};

}  // namespace signalbox
