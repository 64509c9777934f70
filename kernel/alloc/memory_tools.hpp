#pragma once

#include <cstdint>

#include "kernel/base/address.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIGNALBOX_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SIGNALBOX_ASAN
#endif
#ifdef SIGNALBOX_ASAN
#include <sanitizer/asan_interface.h>
#endif
#ifdef SIGNALBOX_VALGRIND  // a build for memcheck says so
#include <valgrind/memcheck.h>
#endif

namespace signalbox::alloc {

// A place whose addresses are the host's may say `tells_memory_tools = true`, and where an address is (`place`): then
// AddressSanitizer, in a program that is compiled with it, and Valgrind's memcheck, where SIGNALBOX_VALGRIND is
// defined, know of every block what the program asked for, and find its accesses beside and after blocks. Everywhere
// else nothing of this is compiled.
template <class P>
inline constexpr bool tells_memory_tools = requires { requires P::tells_memory_tools; };

// What the tools are told. Both know bytes that nobody may touch; memcheck also knows blocks, and what has been
// written.
template <class P>
struct MemoryTools {
  // Nobody's memory: touching it is an error.
  static void hide([[maybe_unused]] VirtAddr at, [[maybe_unused]] std::uint64_t bytes) {
#ifdef SIGNALBOX_ASAN
    __asan_poison_memory_region(P::place(at), bytes);
#endif
#ifdef SIGNALBOX_VALGRIND
    VALGRIND_MAKE_MEM_NOACCESS(P::place(at), bytes);
#endif
  }

  // Anybody's again, and what is in it may be read: what the system gets back, and what a realloc copies.
  static void reveal([[maybe_unused]] VirtAddr at, [[maybe_unused]] std::uint64_t bytes) {
#ifdef SIGNALBOX_ASAN
    __asan_unpoison_memory_region(P::place(at), bytes);
#endif
#ifdef SIGNALBOX_VALGRIND
    VALGRIND_MAKE_MEM_DEFINED(P::place(at), bytes);
#endif
  }

  // Of the block's `usable` bytes the program asked for the first `bytes`.
  static void begin_block(VirtAddr at, [[maybe_unused]] std::uint64_t bytes, std::uint64_t usable) {
    hide(at, usable);
#ifdef SIGNALBOX_ASAN
    __asan_unpoison_memory_region(P::place(at), bytes);
#endif
#ifdef SIGNALBOX_VALGRIND
    VALGRIND_MALLOCLIKE_BLOCK(P::place(at), bytes, 0, 0);
#endif
  }

  static void end_block(VirtAddr at, std::uint64_t usable) {
#ifdef SIGNALBOX_VALGRIND
    VALGRIND_FREELIKE_BLOCK(P::place(at), 0);
#endif
    hide(at, usable);
  }

  // A block that stays, or has moved by its pages, with what is in it.
  static void resize_block([[maybe_unused]] VirtAddr from, VirtAddr at, std::uint64_t bytes, std::uint64_t usable) {
#ifdef SIGNALBOX_VALGRIND
    VALGRIND_FREELIKE_BLOCK(P::place(from), 0);
#endif
    begin_block(at, bytes, usable);
    reveal(at, bytes);
  }
};

}  // namespace signalbox::alloc
