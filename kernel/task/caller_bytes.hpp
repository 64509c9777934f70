#pragma once

#include <span>

#include "kernel/fs/user_bytes.hpp"
#include "kernel/task/io_vec.hpp"
#include "kernel/task/user_memory.hpp"

namespace signalbox {

// A part of the running thread's emulated memory, as calls on files see it.
class CallerBytes final : public UserBytes {
 public:
  CallerBytes(Caller& caller, VirtAddr begin, std::size_t size) : caller_(caller), begin_(begin), size_(size) {}

  std::size_t size() const override { return size_; }
  std::size_t fill(std::size_t at, std::span<const std::byte> from) override;
  std::size_t take(std::size_t at, std::span<std::byte> to) override;
  Result<void> make_present(Current& current, std::size_t at, Use use) override;

 private:
  Caller& caller_;
  VirtAddr begin_;
  std::size_t size_;
};

// Several parts one after the other, as one (readv(2)).
class CallerParts final : public UserBytes {
 public:
  CallerParts(Caller& caller, std::span<const IoVec> parts);

  std::size_t size() const override { return size_; }
  std::size_t fill(std::size_t at, std::span<const std::byte> from) override;
  std::size_t take(std::size_t at, std::span<std::byte> to) override;
  Result<void> make_present(Current& current, std::size_t at, Use use) override;

 private:
  // Moves piece by piece, by `move(CallerBytes, place in it, place in the whole, bytes)`, until one is cut short.
  template <class Move>
  std::size_t move_pieces(std::size_t at, std::size_t bytes, Move move);

  Caller& caller_;
  std::span<const IoVec> parts_;
  std::size_t size_;  // at most what one call moves
};

}  // namespace signalbox
