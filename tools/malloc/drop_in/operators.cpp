// All replaceable forms of operator new and delete ([new.delete]).
#include <cstdlib>
#include <new>

#include "tools/malloc/drop_in/process_heap.hpp"

using namespace signalbox::alloc;

// The program's C++ library, if it has one: this one has none, so that a C program gets none by it.
extern "C" {
[[gnu::weak]] void _ZSt17__throw_bad_allocv();
[[gnu::weak]] std::new_handler _ZSt15get_new_handlerv();
}

namespace {

std::size_t alignment_of(std::align_val_t alignment) { return static_cast<std::size_t>(alignment); }

template <class Allocate>
void* with_handler(Allocate allocate) {
  while (true) {
    if (void* at = allocate(); at != nullptr) [[likely]]
      return at;
    const std::new_handler handler = _ZSt15get_new_handlerv != nullptr ? _ZSt15get_new_handlerv() : nullptr;
    if (handler == nullptr) return nullptr;
    handler();
  }
}

[[gnu::noinline]] void* throw_bad_alloc() {
  if (_ZSt17__throw_bad_allocv != nullptr) _ZSt17__throw_bad_allocv();
  std::abort();
}

void* allocate_or_throw(std::size_t bytes) {
  void* at = allocate_in_process(bytes);
  if (at == nullptr) [[unlikely]]
    at = with_handler([=] { return allocate_in_process(bytes); });
  return at == nullptr ? throw_bad_alloc() : at;
}

void* allocate_or_throw(std::size_t bytes, std::align_val_t alignment) {
  void* at = with_handler([=] { return allocate_in_process(bytes, alignment_of(alignment)); });
  return at == nullptr ? throw_bad_alloc() : at;
}

}  // namespace

void* operator new(std::size_t n) { return allocate_or_throw(n); }
void* operator new[](std::size_t n) { return allocate_or_throw(n); }
void* operator new(std::size_t n, std::align_val_t a) { return allocate_or_throw(n, a); }
void* operator new[](std::size_t n, std::align_val_t a) { return allocate_or_throw(n, a); }
// Nothing may leave these, and what a new-handler throws could not be caught without a C++ library: unlike
// [new.delete.single] wants it, it is not asked.
void* operator new(std::size_t n, const std::nothrow_t&) noexcept { return allocate_in_process(n); }
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept { return allocate_in_process(n); }
void* operator new(std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept {
  return allocate_in_process(n, alignment_of(a));
}
void* operator new[](std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept {
  return allocate_in_process(n, alignment_of(a));
}

void operator delete(void* at) noexcept { free_in_process(at); }
void operator delete[](void* at) noexcept { free_in_process(at); }
void operator delete(void* at, const std::nothrow_t&) noexcept { free_in_process(at); }
void operator delete[](void* at, const std::nothrow_t&) noexcept { free_in_process(at); }
void operator delete(void* at, std::size_t n) noexcept { free_in_process(at, n); }
void operator delete[](void* at, std::size_t n) noexcept { free_in_process(at, n); }
void operator delete(void* at, std::align_val_t) noexcept { free_in_process(at); }
void operator delete[](void* at, std::align_val_t) noexcept { free_in_process(at); }
void operator delete(void* at, std::align_val_t, const std::nothrow_t&) noexcept { free_in_process(at); }
void operator delete[](void* at, std::align_val_t, const std::nothrow_t&) noexcept { free_in_process(at); }
void operator delete(void* at, std::size_t n, std::align_val_t a) noexcept { free_in_process(at, n, alignment_of(a)); }
void operator delete[](void* at, std::size_t n, std::align_val_t a) noexcept {
  free_in_process(at, n, alignment_of(a));
}
