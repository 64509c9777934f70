#include "kernel/mm/space/madvise.hpp"

#include <algorithm>
#include <optional>

#include "kernel/mm/space/mapping_flags.hpp"

namespace signalbox {
namespace {

using vma_flag::huge;
using vma_flag::locked;
using vma_flag::not_huge;
using vma_flag::not_in_dump;
using vma_flag::not_in_fork;
using vma_flag::random;
using vma_flag::sequential;
using vma_flag::shared;
using vma_flag::wiped_in_fork;
using vma_flag::write;

// Advice that only sets flags: which it clears, which it sets. Nothing: it is of another kind.
struct FlagAdvice {
  VmaFlags clear = 0;
  VmaFlags set = 0;
};

std::optional<FlagAdvice> flag_advice(std::int32_t advice) {
  switch (advice) {
    case madv_normal:
      return FlagAdvice{.clear = random | sequential};
    case madv_random:
      return FlagAdvice{.clear = sequential, .set = random};
    case madv_sequential:
      return FlagAdvice{.clear = random, .set = sequential};
    case madv_dontfork:
      return FlagAdvice{.set = not_in_fork};
    case madv_dofork:
      return FlagAdvice{.clear = not_in_fork};
    case madv_hugepage:
      return FlagAdvice{.clear = not_huge, .set = huge};
    case madv_nohugepage:
      return FlagAdvice{.clear = huge, .set = not_huge};
    case madv_dontdump:
      return FlagAdvice{.set = not_in_dump};
    case madv_dodump:
      return FlagAdvice{.clear = not_in_dump};
    case madv_wipeonfork:
      return FlagAdvice{.set = wiped_in_fork};
    case madv_keeponfork:
      return FlagAdvice{.clear = wiped_in_fork};
    default:
      return std::nullopt;
  }
}

bool is_page_advice(std::int32_t advice) {
  switch (advice) {
    case madv_willneed:
    case madv_dontneed:
    case madv_free:
    case madv_remove:
    case madv_cold:
    case madv_pageout:
    case madv_dontneed_locked:
      return true;
    default:
      return false;
  }
}

Result<void> check_removal(const Vma& vma) {
  if (vma.has(locked) || vma.is_anonymous()) return Errno::einval;
  if (!vma.has(shared | write)) return Errno::eacces;
  return vma.object->rights().can_punch_holes ? Result<void>() : Result<void>(Errno::eopnotsupp);
}

Result<void> check_page_advice(const AddressMap& map, const Vma& vma, std::int32_t advice) {
  switch (advice) {
    case madv_willneed:
      return vma.is_anonymous() && !map.rules().has_swap ? Result<void>(Errno::ebadf) : Result<void>();
    case madv_remove:
      return check_removal(vma);
    case madv_dontneed_locked:
      return {};
    default:
      break;
  }
  const bool is_for_it = !vma.has(locked) && (advice != madv_free || vma.is_anonymous());
  return is_for_it ? Result<void>() : Result<void>(Errno::einval);
}

Result<void> advise_pages(AddressMap& map, const Vma& vma, PageRange part, std::int32_t advice) {
  TRY(check_page_advice(map, vma, advice));
  if (advice == madv_dontneed || advice == madv_dontneed_locked) {
    map.pages().discard(vma, part, MappedPages::Leaving::given_up);
  } else {
    map.pages().advise(vma, part, advice);
  }
  return {};
}

Result<void> advise(AddressMap& map, const Vma& vma, PageRange part, std::int32_t advice) {
  const std::optional<FlagAdvice> change = flag_advice(advice);
  if (!change) return advise_pages(map, vma, part, advice);
  if (advice == madv_wipeonfork && !vma.is_anonymous()) return Errno::einval;
  const Result<void> changed = map.change_flags(part, (vma.flags & ~change->clear) | change->set);
  // Too many VMAs are a shortage that may pass; ENOMEM is kept for holes.
  return changed ? changed : Result<void>(Errno::eagain);
}

}  // namespace

Result<void> madvise(AddressMap& map, VirtAddr at, std::uint64_t bytes, std::int32_t advice) {
  if (!flag_advice(advice) && !is_page_advice(advice)) return Errno::einval;
  if ((advice == madv_hugepage || advice == madv_nohugepage) && !map.rules().has_huge_pages) return Errno::einval;
  if (!is_page_aligned(at) || (bytes != 0 && page_aligned(bytes) == 0)) return Errno::einval;
  const VirtAddr end = at + page_aligned(bytes);
  if (end < at) return Errno::einval;
  bool has_hole = false;
  while (at < end) {
    const Vma* const vma = map.vmas().first_ending_above(at);
    if (vma == nullptr || vma->range.begin >= end) return Errno::enomem;
    has_hole = has_hole || at < vma->range.begin;
    const PageRange part{std::max(at, vma->range.begin), std::min(vma->range.end, end)};
    TRY(advise(map, *vma, part, advice));
    at = part.end;
  }
  return has_hole ? Result<void>(Errno::enomem) : Result<void>();
}

}  // namespace signalbox
