// Reading and writing through the page cache: filemap_read and generic_perform_write of mm/filemap.c, truncation as
// mm/truncate.c and block_truncate_page of fs/buffer.c, 6.1.
#include "kernel/fs/regular_file.hpp"

#include <algorithm>
#include <array>

#include "kernel/fs/open_flags.hpp"

namespace signalbox {
namespace {

// As far as one call reads ahead: the window that Linux begins with grows to it (VM_READAHEAD_PAGES, 128 KiB).
constexpr std::uint64_t most_ahead = 32;

// What has been moved counts; the error is told by the next call.
Result<std::size_t> so_far(std::size_t done, Errno error) {
  if (done > 0) return done;
  return error;
}

std::size_t to_page_end(std::uint64_t offset) { return page_bytes - offset % page_bytes; }

}  // namespace

Result<std::size_t> RegularFile::read(Current& current, UserBytes& to, const Place& place) {
  std::size_t done = 0;
  while (done < to.size() && place.offset + done < store_.bytes) {
    const Result<std::size_t> moved = read_page(current, to, done, place.offset + done);
    if (!moved.has_value()) return so_far(done, moved.error());
    done += *moved;
  }
  if (done > 0) attributes.accessed = current.now();
  return done;
}

Result<std::size_t> RegularFile::read_page(Current& current, UserBytes& to, std::size_t done, std::uint64_t offset) {
  const std::uint64_t page = offset >> page_shift;
  const std::span<std::byte> bytes = cache_.find(store_, page);
  const std::uint64_t wanted = std::min<std::uint64_t>(to.size() - done, store_.bytes - offset);
  if (bytes.empty()) {
    const std::uint64_t last = (offset + wanted - 1) >> page_shift;
    TRY(cache_.bring_in(current, store_, page, std::min(last, page + most_ahead - 1)));
    return std::size_t{0};
  }
  const std::size_t most = std::min<std::size_t>(wanted, to_page_end(offset));
  const std::size_t moved = to.fill(done, bytes.subspan(offset % page_bytes, most));
  if (moved == 0) {
    TRY(to.make_present(current, done, UserBytes::Use::fill));
  } else {
    cache_.touched(store_, page);
  }
  return moved;
}

Result<std::size_t> RegularFile::write(Current& current, UserBytes& from, const Place& place) {
  const bool appends = (place.flags & o_append) != 0;
  std::uint64_t begin = appends ? store_.bytes : place.offset;
  if (from.size() == 0) return std::size_t{0};
  if (begin >= most_bytes) return Errno::efbig;
  const std::size_t most = std::min<std::uint64_t>(from.size(), most_bytes - begin);
  std::size_t done = 0;
  while (done < most) {
    if (appends) begin = store_.bytes - done;
    const Result<std::size_t> moved = write_page(current, from, done, begin + done);
    if (!moved.has_value()) return so_far(done, moved.error());
    if (*moved == 0) continue;
    done += *moved;
    if (appends && place.end != nullptr) *place.end = begin + done;
    attributes.modified = attributes.changed = current.now();
    cache_.throttle(current);
  }
  return done;
}

Result<std::size_t> RegularFile::write_page(Current& current, UserBytes& from, std::size_t done, std::uint64_t offset) {
  const std::uint64_t page = offset >> page_shift;
  const std::size_t most = std::min(from.size() - done, to_page_end(offset));
  const bool is_whole = offset % page_bytes == 0 && (most == page_bytes || offset + most >= store_.bytes);
  std::span<std::byte> bytes = cache_.find(store_, page);
  // What is overwritten need not be read, if nothing can come between: all bytes to be written must be there. Else, and
  // where there is no frame, it is read first: nobody may see a page that is neither the old nor the new one.
  if (bytes.empty() && is_whole) {
    if (can_take(from, done, done + most - 1)) {
      bytes = cache_.make(store_, page);
    } else {
      TRY(from.make_present(current, done, UserBytes::Use::take));
      if (from.make_present(current, done + most - 1, UserBytes::Use::take).has_value()) return std::size_t{0};
    }
  }
  if (bytes.empty()) {
    TRY(cache_.bring_in(current, store_, page, page));
    return std::size_t{0};
  }
  const std::size_t moved = from.take(done, bytes.subspan(offset % page_bytes, most));
  if (moved == 0) {
    TRY(from.make_present(current, done, UserBytes::Use::take));
    return moved;
  }
  if (offset > store_.bytes) grow_to(offset);
  store_.bytes = std::max(store_.bytes, offset + moved);
  cache_.touched(store_, page);
  cache_.dirtied(store_, page);
  return moved;
}

// A page's worth of the caller's bytes is in two pages at most.
bool RegularFile::can_take(UserBytes& from, std::size_t first, std::size_t last) const {
  std::array<std::byte, 1> probe{};
  return from.take(first, probe) == 1 && from.take(last, probe) == 1;
}

// From the file's end to the given place, but within the last page: programs may have written there by a mapping.
void RegularFile::clear_tail(std::span<std::byte> page, std::uint64_t to) const {
  const std::uint64_t most = std::min<std::uint64_t>(to - store_.bytes, to_page_end(store_.bytes));
  std::ranges::fill(page.subspan(store_.bytes % page_bytes, most), std::byte{0});
}

// What is behind the new end may have been written already.
void RegularFile::grow_to(std::uint64_t bytes) {
  const std::uint64_t last = store_.bytes >> page_shift;
  const auto page = cache_.find(store_, last);
  if (!page.empty() && store_.bytes % page_bytes != 0) clear_tail(page, bytes);
  store_.bytes = bytes;
}

Result<void> RegularFile::truncate(Current& current, std::uint64_t bytes) {
  if (bytes > most_bytes) return Errno::efbig;
  if (bytes >= store_.bytes) {
    grow_to(bytes);
  } else {
    const std::uint64_t last = bytes >> page_shift;
    const bool is_within = bytes % page_bytes != 0;
    while (is_within && store_.has(last) && cache_.find(store_, last).empty())
      TRY(cache_.bring_in(current, store_, last, last));
    store_.bytes = bytes;
    if (const auto page = cache_.find(store_, last); is_within && !page.empty()) {
      clear_tail(page, most_bytes);
      cache_.dirtied(store_, last);
    }
    const std::uint64_t first_gone = last + (is_within ? 1 : 0);
    cache_.remove(store_, first_gone);
    store_.forget(first_gone);
  }
  attributes.modified = attributes.changed = current.now();
  return {};
}

Result<void> RegularFile::sync(Current& current) {
  cache_.write_back(current, store_, 0, ~std::uint64_t{0});
  return {};
}

}  // namespace signalbox
