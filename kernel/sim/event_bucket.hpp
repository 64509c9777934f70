#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/sim/event.hpp"

namespace signalbox {

// Fifteen unsorted events of one bucket; 512 bytes, so that a full chunk wastes one slot in sixteen.
struct alignas(64) EventChunk {
  static constexpr std::uint32_t capacity = 15;

  EventChunk* next;
  alignas(32) Event events[capacity];
};
static_assert(sizeof(EventChunk) == 512);

// Lends chunks to buckets and takes them back; memory returns to the host with the pool only.
class EventChunkPool {
 public:
  EventChunk* take() {
    if (free_ == nullptr) add_slab();
    EventChunk* chunk = free_;
    free_ = chunk->next;
    return chunk;
  }

  void give_back(EventChunk* chunk) {
    chunk->next = free_;
    free_ = chunk;
  }

  std::size_t chunks() const { return chunks_; }

 private:
  void add_slab();

  EventChunk* free_ = nullptr;
  std::size_t chunks_ = 0;
  std::vector<std::unique_ptr<EventChunk[]>> slabs_;
};

// An unsorted bag of events, kept in the order of arrival.
class EventBucket {
 public:
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }

  void append(const Event& event, EventChunkPool& pool) {
    if (fill_ == EventChunk::capacity) add_chunk(pool);
    tail_->events[fill_++] = event;
    ++count_;
  }

  template <class Visit>
  void visit(Visit&& each) const {
    std::size_t left = count_;
    for (const EventChunk* chunk = head_; left > 0; chunk = chunk->next) left -= visit_chunk(*chunk, left, each);
  }

  // Hands every event to `sink` and every chunk to the pool; empty afterwards.
  template <class Sink>
  void drain(EventChunkPool& pool, Sink&& sink) {
    std::size_t left = count_;
    for (EventChunk* chunk = head_; left > 0;) {
      EventChunk* const next = chunk->next;
      left -= visit_chunk(*chunk, left, sink);
      pool.give_back(chunk);
      chunk = next;
    }
    *this = EventBucket();
  }

 private:
  // Chunks lie anywhere, so the next one is fetched while this one is read.
  template <class Visit>
  static std::size_t visit_chunk(const EventChunk& chunk, std::size_t left, Visit&& each) {
    const std::size_t here = left < EventChunk::capacity ? left : EventChunk::capacity;
    if (left > here) {
      for (std::size_t k = 0; k < EventChunk::capacity; k += 2) __builtin_prefetch(&chunk.next->events[k]);
    }
    for (std::size_t k = 0; k < here; ++k) each(chunk.events[k]);
    return here;
  }

  void add_chunk(EventChunkPool& pool) {
    EventChunk* chunk = pool.take();
    (count_ == 0 ? head_ : tail_->next) = chunk;
    tail_ = chunk;
    fill_ = 0;
  }

  EventChunk* head_ = nullptr;
  EventChunk* tail_ = nullptr;
  std::uint32_t fill_ = EventChunk::capacity;  // used slots of the tail; a bucket without chunks counts as full
  std::uint32_t count_ = 0;
};

}  // namespace signalbox
