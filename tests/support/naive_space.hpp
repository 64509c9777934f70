#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>

#include "kernel/base/errno.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// An address space that knows pages only: the rules of the calls on mappings page by page, without VMAs, splits and
// merges. Places and lengths are in pages; nothing is limited but the space. 0 of an Errno is success.
class NaiveSpace {
 public:
  // What is behind a page: 0 is private anonymous memory.
  struct Page {
    VmaFlags flags = 0;
    int object = 0;
    std::uint64_t offset = 0;

    bool operator==(const Page&) const = default;
  };
  using Pages = std::map<std::uint64_t, Page>;
  struct Placed {
    Errno error{};
    std::uint64_t at = 0;

    bool operator==(const Placed&) const = default;
  };

  // Pages [first, end) may be mapped.
  NaiveSpace(std::uint64_t first, std::uint64_t end) : first_(first), end_(end) {}

  const Pages& pages() const { return pages_; }

  Placed mmap(std::optional<std::uint64_t> fixed, std::uint64_t count, Page page) {
    const Placed placed = fixed ? at_fixed(*fixed, count) : in_gap(count);
    if (placed.error != Errno{}) return placed;
    if ((page.flags & (vma_flag::no_reserve | vma_flag::shared | vma_flag::write)) == vma_flag::write) {
      page.flags |= vma_flag::accounted;
    }
    put(placed.at, count, page);
    return placed;
  }

  Errno munmap(std::uint64_t at, std::uint64_t count) {
    if (count == 0 || at + count > end_) return Errno::einval;
    erase(at, count);
    return {};
  }

  Errno mprotect(std::uint64_t at, std::uint64_t count, VmaFlags rights) {
    return each(at, count, [rights](Page& page) {
      if ((rights & ~(page.flags >> 4U)) != 0) return Errno::eacces;
      const VmaFlags kept = vma_flag::accounted | vma_flag::write | vma_flag::shared | vma_flag::no_reserve;
      const bool is_charged = (rights & vma_flag::write) != 0 && (page.flags & kept) == 0;
      page.flags = (page.flags & ~vma_flag::rights) | rights | (is_charged ? vma_flag::accounted : 0U);
      return Errno{};
    });
  }

  Errno mlock(std::uint64_t at, std::uint64_t count, VmaFlags lock) {
    return each(at, count, [lock](Page& page) {
      page.flags = (page.flags & ~vma_flag::all_locks) | lock;
      return Errno{};
    });
  }

  // `advise` is told each page that is there; holes are reported if nothing else is.
  template <class Advise>
  Errno madvise(std::uint64_t at, std::uint64_t count, Advise advise) {
    Errno answer{};
    for (std::uint64_t page = at; page < at + count; ++page) {
      const auto found = pages_.find(page);
      if (found == pages_.end()) {
        answer = Errno::enomem;
      } else if (const Errno error = advise(found->second); error != Errno{}) {
        return error;
      }
    }
    return answer;
  }

  Placed mremap(std::uint64_t at, std::uint64_t before, std::uint64_t after, std::uint32_t flags, std::uint64_t to) {
    const bool may_move = (flags & mremap_maymove) != 0;
    const bool is_kept = (flags & mremap_dontunmap) != 0;
    const bool is_fixed = (flags & mremap_fixed) != 0;
    if ((is_fixed && !may_move) || (is_kept && (!may_move || before != after)) || after == 0) return {Errno::einval};
    if (!pages_.contains(at)) return {Errno::efault};
    if (is_fixed || is_kept) return remap_to(at, before, after, {.fixed = is_fixed, .kept = is_kept}, to);
    if (before > after) return {munmap(at + after, before - after), at};
    if (before == after) return {{}, at};
    if (const Errno error = resizable(at, before, after); error != Errno{}) return {error};
    if (at + before == run_end(at) && is_free(at + before, after - before)) {
      put(at + before, after - before, next_of(pages_.at(at + before - 1), 1));
      return {{}, at};
    }
    if (!may_move) return {Errno::enomem};
    const Placed gap = in_gap(after);
    return gap.error == Errno{} ? move(at, before, after, gap.at, false) : gap;
  }

 private:
  struct Remap {
    bool fixed;
    bool kept;
  };

  Placed remap_to(std::uint64_t at, std::uint64_t before, std::uint64_t after, Remap how, std::uint64_t to) {
    if (to + after > end_ || (at + before > to && to + after > at)) return {Errno::einval};
    if (how.fixed) erase(to, after);
    if (before > after) {
      if (const Errno error = munmap(at + after, before - after); error != Errno{}) return {error};
      before = after;
    }
    if (const Errno error = resizable(at, before, after); error != Errno{}) return {error};
    const bool takes_hint = to != 0 && is_free(to, after);
    const Placed placed = how.fixed || takes_hint ? at_fixed(to, after) : in_gap(after);
    return placed.error == Errno{} ? move(at, before, after, placed.at, how.kept) : placed;
  }

  Errno resizable(std::uint64_t at, std::uint64_t before, std::uint64_t after) const {
    if (!pages_.contains(at)) return Errno::efault;
    const bool is_shared = (pages_.at(at).flags & (vma_flag::shared | vma_flag::may_share)) != 0;
    if (before == 0 && !is_shared) return Errno::einval;
    if (before > run_end(at) - at) return Errno::efault;
    return before == after || at + after >= at ? Errno{} : Errno::einval;
  }

  Placed move(std::uint64_t at, std::uint64_t before, std::uint64_t after, std::uint64_t to, bool is_kept) {
    Page page = pages_.at(at);
    for (std::uint64_t old = at; old < at + before; ++old) {
      if (is_kept) pages_.at(old).flags &= ~vma_flag::all_locks;
      if (!is_kept) pages_.erase(old);
    }
    if (page.object == 0) page.offset = to;
    put(to, after, page);
    return {{}, to};
  }

  static Page next_of(Page page, std::uint64_t distance) {
    page.offset += distance;
    return page;
  }
  void put(std::uint64_t at, std::uint64_t count, const Page& first) {
    for (std::uint64_t i = 0; i < count; ++i) {
      pages_[at + i] = next_of(first, i);
      if (first.object == 0) pages_[at + i].offset = at + i;
    }
  }
  void erase(std::uint64_t at, std::uint64_t count) {
    pages_.erase(pages_.lower_bound(at), pages_.lower_bound(at + count));
  }

  // After the last page that goes on as this one does.
  std::uint64_t run_end(std::uint64_t at) const {
    std::uint64_t end = at + 1;
    for (; pages_.contains(end) && pages_.at(end) == next_of(pages_.at(end - 1), 1); ++end) {
    }
    return end;
  }
  bool is_free(std::uint64_t at, std::uint64_t count) const {
    const auto next = pages_.lower_bound(at);
    return at + count <= end_ && (next == pages_.end() || next->first >= at + count);
  }
  Placed at_fixed(std::uint64_t at, std::uint64_t count) const {
    if (at + count > end_) return {Errno::enomem};
    if (at < first_) return {Errno::eperm};
    return {{}, at};
  }
  Placed in_gap(std::uint64_t count) const {
    for (std::uint64_t at = end_ - count; count <= end_ && at >= first_; --at) {
      if (is_free(at, count)) return {{}, at};
    }
    return {Errno::enomem};
  }
  // Up to the first page that is not there, or that `change` refuses.
  template <class Change>
  Errno each(std::uint64_t at, std::uint64_t count, Change change) {
    for (std::uint64_t page = at; page < at + count; ++page) {
      const auto found = pages_.find(page);
      if (found == pages_.end()) return Errno::enomem;
      if (const Errno error = change(found->second); error != Errno{}) return error;
    }
    return {};
  }

  std::uint64_t first_;
  std::uint64_t end_;
  Pages pages_;
};

}  // namespace signalbox
