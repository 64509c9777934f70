#include "workloads/posix/saved_bytes.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "kernel/exec/mapping.hpp"

namespace signalbox {

void SavedBytes::clear() {
  runs_.clear();
  bytes_.clear();
  moved_.clear();
}

void SavedBytes::add(std::span<const std::byte> run) {
  runs_.push_back({const_cast<std::byte*>(run.data()), run.size()});
  bytes_.insert(bytes_.end(), run.begin(), run.end());
}

bool SavedBytes::move(std::span<std::byte> run) {
  MovedPages pages(run);
  if (!pages.take()) return false;
  moved_.push_back(std::move(pages));
  return true;
}

void SavedBytes::take_again() {
  std::byte* to = bytes_.data();
  for (const Run& run : runs_) {
    std::memcpy(to, run.at, run.bytes);
    to += run.bytes;
  }
}

void SavedBytes::give_back() const {
  for (const MovedPages& pages : moved_) pages.give_back();
}

void SavedBytes::restore() const {
  give_back();
  const std::byte* from = bytes_.data();
  for (const Run& run : runs_) {
    std::memcpy(run.at, from, run.bytes);
    from += run.bytes;
  }
}

// Of the same runs a page goes out and the other comes in while the host's nearest cache has its lines: a fifth less
// time for 96 KiB than one after the other.
void SavedBytes::exchange(const SavedBytes& after) {
  std::size_t done = 0;
  for (const Run& run : runs_) {
    for (std::size_t at = 0; at < run.bytes; at += Mapping::page) {
      const std::size_t bytes = std::min(Mapping::page, run.bytes - at);
      std::memcpy(&bytes_[done + at], run.at + at, bytes);
      std::memcpy(run.at + at, &after.bytes_[done + at], bytes);
    }
    done += run.bytes;
  }
}

bool SavedBytes::change_places_with(const SavedBytes& after) {
  for (auto each = moved_.begin(); each != moved_.end(); ++each) {
    if (each->take()) continue;
    while (each != moved_.begin()) (--each)->give_back();
    return false;
  }
  if (runs_ == after.runs_) {
    exchange(after);
    after.give_back();
  } else {
    take_again();
    after.restore();
  }
  return true;
}

std::size_t SavedBytes::bytes() const {
  std::size_t bytes = bytes_.size();
  for (const MovedPages& pages : moved_) bytes += pages.pages().size();
  return bytes;
}

bool SavedBytes::holds(const std::byte* at) const {
  const auto is_in = [at](std::span<const std::byte> run) { return at >= run.data() && at < run.data() + run.size(); };
  return std::ranges::any_of(runs_, [&](const Run& run) { return is_in({run.at, run.bytes}); }) ||
         std::ranges::any_of(moved_, [&](const MovedPages& pages) { return is_in(pages.pages()); });
}

}  // namespace signalbox
