#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

#include "kernel/fs/disk_space.hpp"
#include "kernel/mm/frame.hpp"
#include "kernel/mm/space/page_store.hpp"

namespace signalbox {

// A file's bytes on the file device. A page gets its block when it is written for the first time (delayed allocation,
// as ext4 has it); one that never was is a hole of zeros.
class DiskStore final : public PageStore {
 public:
  explicit DiskStore(DiskSpace& space) : PageStore(Kind::file), space_(space) {}
  ~DiskStore() override;

  std::uint64_t block_of(std::uint64_t page) override;
  bool has(std::uint64_t page) const override;
  std::size_t bytes_in(std::uint64_t page) const override;
  void read(std::uint64_t page, std::span<std::byte> to) const override;
  // What lies beyond the file's end goes to the device as zeros.
  void write(std::uint64_t page, std::span<const std::byte> from) override;
  // The pages from `first` on are holes.
  void forget(std::uint64_t first);
  // On the device.
  std::uint64_t pages_on_disk() const { return pages_.size(); }

  std::uint64_t bytes = 0;  // the file's size

 private:
  struct OnDisk {
    std::uint64_t block = 0;
    std::unique_ptr<std::array<std::byte, page_bytes>> contents;  // none until the first write has been done
  };

  DiskSpace& space_;
  std::map<std::uint64_t, OnDisk> pages_;
};

}  // namespace signalbox
