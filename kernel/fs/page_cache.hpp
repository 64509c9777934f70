#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/page_store.hpp"
#include "kernel/wait/current.hpp"

namespace signalbox {

// What regular files ask of memory: their pages, which are the same that mappings of them show. The machine is it; a
// test may be. Bytes that are answered are good until the thread sleeps or spends time.
class PageCache {
 public:
  // The page's bytes if it is in memory and need not be waited for; else empty.
  virtual std::span<std::byte> find(PageStore& store, std::uint64_t page) = 0;
  // A page of zeros in place of what the device has, for who writes all of it; empty if there is no frame for it,
  // or it is just being read. Requires that `find` finds none.
  virtual std::span<std::byte> make(PageStore& store, std::uint64_t page) = 0;
  // Reads the page from its device and waits for it; begins to read those up to `last`, too. When this comes back,
  // `find` may find it. Errno::enomem: there is no frame for it; Errno::eintr in a thread that has to end.
  virtual Result<void> bring_in(Current& current, PageStore& store, std::uint64_t page, std::uint64_t last) = 0;

  // Pages that are in memory were used, or differ from the device now.
  virtual void touched(PageStore& store, std::uint64_t page) = 0;
  virtual void dirtied(PageStore& store, std::uint64_t page) = 0;
  // Whoever has dirtied pages waits as long as there are too many dirty ones.
  virtual void throttle(Current& current) = 0;
  // Takes the pages from `first` on out of memory and out of all mappings, dirty or not.
  virtual void remove(PageStore& store, std::uint64_t first) = 0;
  // Writes the dirty pages of [first, last] back and waits until they are on the device; of all stores.
  virtual void write_back(Current& current, PageStore& store, std::uint64_t first, std::uint64_t last) = 0;
  virtual void write_back_all(Current& current) = 0;

 protected:
  ~PageCache() = default;
};

}  // namespace signalbox
