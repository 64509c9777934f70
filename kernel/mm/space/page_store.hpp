#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kernel/base/check.hpp"
#include "kernel/mm/frame.hpp"

namespace signalbox {

// What paging keeps with a store: its pages that are in memory. It goes with the store.
class StoredPages {
 public:
  StoredPages() = default;
  StoredPages(const StoredPages&) = delete;
  StoredPages& operator=(const StoredPages&) = delete;
  virtual ~StoredPages() = default;
};

// The bytes behind mappings: a file's on its device, or shared memory, which has none of its own and goes to swap. All
// openings of a file have the same store, and so the same pages in memory.
class PageStore {
 public:
  enum class Kind : std::uint8_t { file, shared_memory };

  explicit PageStore(Kind kind) : kind_(kind) {}
  PageStore(const PageStore&) = delete;
  PageStore& operator=(const PageStore&) = delete;
  virtual ~PageStore() = default;

  Kind kind() const { return kind_; }
  // Where the page lies on the file device, in pages from its beginning; it may get its place by this.
  virtual std::uint64_t block_of(std::uint64_t page) { return page; }
  // It has bytes on the device; else it is zeros, and nothing has to be read.
  virtual bool has(std::uint64_t) const { return true; }
  // How many of a page's bytes are the store's: behind a file's end there are none.
  virtual std::size_t bytes_in(std::uint64_t) const { return page_bytes; }
  // Moves a page's bytes from and to the device, page_bytes of them. Of shared memory neither is called.
  virtual void read(std::uint64_t, std::span<std::byte>) const { CHECK(false, "a file says what it has"); }
  virtual void write(std::uint64_t, std::span<const std::byte>) { CHECK(false, "a file that may be written takes it"); }

  std::unique_ptr<StoredPages> pages;  // paging's; none before the first page is asked for

 private:
  Kind kind_;
};

}  // namespace signalbox
