#pragma once

#include <cstddef>
#include <utility>

namespace signalbox {

// Zeroed pages of the host, unmapped at the end; they cost memory only where touched.
class Mapping {
 public:
  Mapping() = default;
  // `bytes` and `alignment` are multiples of the page; `alignment` is a power of two. Throws std::bad_alloc.
  Mapping(std::size_t bytes, std::size_t alignment);
  ~Mapping();
  Mapping(Mapping&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept;

  // On huge pages, where the host has such: advice only.
  void prefer_huge_pages() const;

  std::byte* begin() const { return data_; }
  std::byte* end() const { return data_ + bytes_; }
  std::size_t bytes() const { return bytes_; }

  // The smallest page of x86-64, which every multiple of a real page is a multiple of.
  static constexpr std::size_t page = 4096;
  static constexpr std::size_t huge_page = std::size_t{2} * 1024 * 1024;

 private:
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace signalbox
