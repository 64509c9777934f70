#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "kernel/fs/file.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// A name for a path (symlink(7)). Its own permissions are never asked for.
class SymbolicLink final : public File, public KernelObject<ObjectClass::inode_cache> {
 public:
  SymbolicLink(const FileAttributes& given, std::string target)
      : File(FileKind::symbolic_link, given), target_(std::move(target)) {}

  std::string_view target() const { return target_; }
  std::uint64_t bytes() const override { return target_.size(); }

 private:
  std::string target_;
};

}  // namespace signalbox
