#include "kernel/mm/buddy.hpp"

#include <algorithm>
#include <bit>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

constexpr std::uint32_t frames_of(unsigned order) { return std::uint32_t{1} << order; }

}  // namespace

Buddy::Buddy(std::span<Frame> frames, FrameNumber first, std::uint32_t count)
    : frames_(frames), first_(first.value()), end_(first_ + count) {
  CHECK(end_ >= first_ && end_ <= frames.size(), "each frame has its record");
  add_range(first_, end_);
}

// As few blocks as alignment allows.
void Buddy::add_range(std::uint32_t begin, std::uint32_t end) {
  while (begin < end) {
    const auto by_alignment = begin == 0 ? orders - 1 : static_cast<unsigned>(std::countr_zero(begin));
    const auto by_size = static_cast<unsigned>(std::bit_width(end - begin)) - 1;
    const unsigned order = std::min({by_alignment, by_size, orders - 1});
    insert(begin, order, End::back);
    begin += frames_of(order);
  }
}

std::optional<FrameNumber> Buddy::allocate(unsigned order) {
  CHECK(order < orders, "no block is larger than the largest order");
  unsigned found = order;
  while (found < orders && lists_[found].front == none) ++found;
  if (found == orders) return std::nullopt;
  const std::uint32_t block = lists_[found].front;
  remove(block);
  while (found > order) {
    --found;
    insert(block + frames_of(found), found, End::front);
  }
  Frame& head = frames_[block];
  head.order = static_cast<std::uint8_t>(order);
  head.state = Frame::State::used;
  return FrameNumber(block);
}

void Buddy::give_back(FrameNumber number) {
  std::uint32_t block = number.value();
  CHECK(block >= first_ && block < end_ && frames_[block].state == Frame::State::used,
        "a block is given back once, by its head, where it came from");
  unsigned order = frames_[block].order;
  frames_[block].state = Frame::State::inside;
  while (order + 1 < orders && is_free(block ^ frames_of(order), order)) {
    remove(block ^ frames_of(order));
    block &= ~frames_of(order);
    ++order;
  }
  insert(block, order, may_merge_soon(block, order) ? End::back : End::front);
}

bool Buddy::has_block(unsigned order) const {
  return std::ranges::any_of(std::span(free_blocks_).subspan(order), [](std::uint32_t blocks) { return blocks != 0; });
}

void Buddy::insert(std::uint32_t block, unsigned order, End end) {
  List& list = lists_[order];
  Frame& head = frames_[block];
  head.order = static_cast<std::uint8_t>(order);
  head.state = Frame::State::free;
  head.next = end == End::front ? list.front : none;
  head.previous = end == End::front ? none : list.back;
  (head.previous == none ? list.front : frames_[head.previous].next) = block;
  (head.next == none ? list.back : frames_[head.next].previous) = block;
  ++free_blocks_[order];
  free_frames_ += frames_of(order);
}

void Buddy::remove(std::uint32_t block) {
  Frame& head = frames_[block];
  List& list = lists_[head.order];
  (head.previous == none ? list.front : frames_[head.previous].next) = head.next;
  (head.next == none ? list.back : frames_[head.next].previous) = head.previous;
  head.state = Frame::State::inside;
  --free_blocks_[head.order];
  free_frames_ -= frames_of(head.order);
}

bool Buddy::is_free(std::uint32_t block, unsigned order) const {
  if (block < first_ || block >= end_) return false;
  return frames_[block].state == Frame::State::free && frames_[block].order == order;
}

// buddy_merge_likely of mm/page_alloc.c: the neighbour of the block that this one and its own buddy would make is
// free, so that giving back the buddy alone would complete a block two orders larger.
bool Buddy::may_merge_soon(std::uint32_t block, unsigned order) const {
  if (order + 2 >= orders) return false;
  const std::uint32_t parent = block & ~frames_of(order);
  return is_free(parent ^ frames_of(order + 1), order + 1);
}

}  // namespace signalbox
