#include "kernel/mm/paging/file_pages.hpp"

#include <variant>

namespace signalbox {

std::span<std::byte> FilePages::find(std::uint64_t page) {
  const auto frame = cache_.frame(page);
  if (!frame || memory_.records_[*frame].transfer == PageTransfer::reading) return {};
  return memory_.frames_.bytes(*frame);
}

FaultPlan FilePages::bring_in(std::uint64_t page, FrameUrgency urgency) {
  using enum FaultPlan::Step;
  if (const auto cached = cache_.frame(page)) {
    const bool is_read = memory_.records_[*cached].transfer == PageTransfer::reading;
    return {.step = is_read ? wait : retry, .request = {.device = BlockRequest::Device::file, .frame = *cached}};
  }
  if (!cache_.needs_read(page)) {
    if (!memory_.make_zeroed(cache_, page, urgency)) return {.step = reclaim};
    return {.work = {.pages_zeroed = 1}};
  }
  const Result<BlockRequest> request = memory_.begin_object_read(cache_, page, urgency);
  return request.has_value() ? FaultPlan{.step = read, .request = *request} : FaultPlan{.step = reclaim};
}

void FilePages::read_ahead(std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t page = first; page <= last; ++page) {
    if (!cache_.needs_read(page)) continue;
    if (memory_.shortage_.background().is_wanted()) return;
    const Result<BlockRequest> request = memory_.begin_object_read(cache_, page, FrameUrgency::ordinary);
    if (!request.has_value()) return;
    memory_.requests_.push_back(*request);
  }
}

std::span<std::byte> FilePages::make(std::uint64_t page, FrameUrgency urgency) {
  if (cache_.frame(page)) return {};
  const auto frame = memory_.make_zeroed(cache_, page, urgency);
  return frame ? memory_.frames_.bytes(*frame) : std::span<std::byte>();
}

void FilePages::touched(std::uint64_t page) {
  if (const auto frame = cache_.frame(page)) memory_.shortage_.touched(*frame);
}

void FilePages::dirtied(std::uint64_t page) {
  if (const auto frame = cache_.frame(page)) memory_.mark_dirty(*frame);
}

std::vector<BlockRequest> FilePages::start_writes(std::uint64_t first, std::uint64_t last) {
  return memory_.start_writes(cache_.store(), first, last);
}

std::optional<FilePages::Writing> FilePages::find_writing(std::uint64_t first, std::uint64_t last) const {
  const auto found = cache_.find_first(first, last, [&](const CachedPages::Place& place) {
    const FrameNumber* const page = std::get_if<FrameNumber>(&place);
    return page != nullptr && memory_.records_[*page].transfer == PageTransfer::writing;
  });
  if (!found) return std::nullopt;
  return Writing{.page = *found, .frame = *cache_.frame(*found)};
}

bool FilePages::has_dirty(std::uint64_t first, std::uint64_t last) const {
  bool is_found = false;
  cache_.visit(first, last, [&](std::uint64_t, const CachedPages::Place& place) {
    const FrameNumber* const page = std::get_if<FrameNumber>(&place);
    is_found = is_found || (page != nullptr && memory_.is_dirty(*page));
  });
  return is_found;
}

}  // namespace signalbox
