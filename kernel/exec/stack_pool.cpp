#include "kernel/exec/stack_pool.hpp"

#include <new>

#include "kernel/base/check.hpp"
#include "kernel/exec/fiber_annotations.hpp"

namespace signalbox {

StackPool::StackPool(const StackPoolOptions& options)
    : guarded_(options.guarded_bytes, options.guard), paints_(options.paints) {}

Stack StackPool::take(StackKind kind) {
  const Stack stack = newest_free(kind) != nullptr ? recycled(kind) : fresh(kind);
  if (paints_) paint(stack);
  ++taken_;
  ++live_;
  return stack;
}

Stack StackPool::recycled(StackKind kind) {
  Free*& newest = newest_free(kind);
  const Stack stack = newest->stack;
  newest = newest->next;
  mark_usable(stack);
  return stack;
}

Stack StackPool::fresh(StackKind kind) { return kind == StackKind::compact ? compact_.fresh() : guarded_.fresh(); }

void StackPool::give_back(const Stack& stack) {
  CHECK(live_ > 0, "a stack is given back once, to the pool it came from");
  mark_usable(stack);
  check_canary(stack);
  Free*& newest = newest_free(stack.kind);
  newest = new (stack.top() - sizeof(Free)) Free{.stack = stack, .next = newest};
  mark_unusable(stack, sizeof(Free));
  --live_;
}

StackPoolStats StackPool::stats() const {
  return {.taken = taken_, .live = live_, .bytes_mapped = compact_.bytes_mapped() + guarded_.bytes_mapped()};
}

}  // namespace signalbox
