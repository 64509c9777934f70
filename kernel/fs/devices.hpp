#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// /dev/null (null(4)): a read is at the end, a write takes everything, without looking at it.
class NullDevice final : public File, public KernelObject<ObjectClass::inode_cache> {
 public:
  explicit NullDevice(const FileAttributes& given) : File(FileKind::character_device, given) {}
  Result<std::size_t> read(Current&, UserBytes&, const Place&) override { return std::size_t{0}; }
  Result<std::size_t> write(Current&, UserBytes& from, const Place&) override { return from.size(); }
  SeekRule seek_rule() const override { return SeekRule::zero; }
};

// /dev/zero (zero(4)): a read gives zeros, as many as wanted.
class ZeroDevice final : public File, public KernelObject<ObjectClass::inode_cache> {
 public:
  explicit ZeroDevice(const FileAttributes& given) : File(FileKind::character_device, given) {}
  Result<std::size_t> read(Current& current, UserBytes& to, const Place& place) override;
  Result<std::size_t> write(Current&, UserBytes& from, const Place&) override { return from.size(); }
  SeekRule seek_rule() const override { return SeekRule::zero; }
};

}  // namespace signalbox
