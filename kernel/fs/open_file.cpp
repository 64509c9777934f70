#include "kernel/fs/open_file.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {
namespace {

constexpr std::string_view deleted = " (deleted)";
constexpr std::uint32_t for_open_only = o_creat | o_excl | o_noctty | o_trunc | o_cloexec;  // do_dentry_open
constexpr std::uint32_t may_change = o_append | o_nonblock | o_noatime | o_direct;

}  // namespace

OpenFile::OpenFile(FileRef file, std::uint32_t flags, std::string path)
    : file_(std::move(file)), flags_((flags & ~for_open_only) | o_largefile), path_(std::move(path)) {
  path_ += deleted;
}

OpenFile::~OpenFile() {
  gone.tell_end();
  file_->closed(*this);
}

void OpenFile::set_flags(std::uint32_t flags) { flags_ = (flags_ & ~may_change) | (flags & may_change); }

Result<void> OpenFile::check_read() const {
  if (!can_read()) return Errno::ebadf;
  if (file_->is_directory()) return Errno::eisdir;
  return {};
}

Result<void> OpenFile::check_write() const {
  if (!can_write()) return Errno::ebadf;
  return {};
}

// The place is taken before anything is moved, so that of two threads neither gets the other's bytes; what could not be
// moved is given back if nobody went on from there.
Result<std::size_t> OpenFile::read(Current& current, UserBytes& to) {
  TRY(check_read());
  const bool moves = file_->seek_rule() == SeekRule::bytes;
  const std::uint64_t begin = offset_;
  const std::uint64_t end =
      moves && begin < bytes() ? begin + std::min<std::uint64_t>(to.size(), bytes() - begin) : begin;
  offset_ = end;
  const Result<std::size_t> moved = file_->read(current, to, {.offset = begin, .flags = flags_});
  if (moves && offset_ == end) offset_ = begin + moved.value_or(0);
  return moved;
}

Result<std::size_t> OpenFile::write(Current& current, UserBytes& from) {
  TRY(check_write());
  const bool moves = file_->seek_rule() == SeekRule::bytes;
  const bool appends = moves && (flags_ & o_append) != 0;
  const std::uint64_t begin = offset_;
  const std::uint64_t end = moves && !appends ? begin + from.size() : begin;
  offset_ = end;
  std::uint64_t end_of_append = begin;
  const Result<std::size_t> moved =
      file_->write(current, from, {.offset = begin, .flags = flags_, .end = &end_of_append});
  if (appends && moved.value_or(0) > 0) {
    offset_ = end_of_append;
  } else if (moves && offset_ == end) {
    offset_ = begin + moved.value_or(0);
  }
  return moved;
}

Result<std::size_t> OpenFile::read_at(Current& current, UserBytes& to, std::uint64_t offset) {
  TRY(check_read());
  return file_->read(current, to, {.offset = offset, .flags = flags_});
}

// With o_append at the end all the same (pwrite(2), "BUGS").
Result<std::size_t> OpenFile::write_at(Current& current, UserBytes& from, std::uint64_t offset) {
  TRY(check_write());
  return file_->write(current, from, {.offset = offset, .flags = flags_});
}

// generic_file_llseek: all bytes are data, and behind them is a hole.
Result<std::uint64_t> OpenFile::seek(std::int64_t by, std::int32_t whence) {
  if (whence < seek_set || whence > seek_hole) return Errno::einval;
  if (!has_places()) return Errno::espipe;
  if (file_->seek_rule() == SeekRule::zero) return offset_ = 0;
  const auto offset = static_cast<std::uint64_t>(by);
  if (whence == seek_data || whence == seek_hole) {
    if (by < 0 || offset >= bytes()) return Errno::enxio;
    return offset_ = whence == seek_data ? offset : bytes();
  }
  const std::uint64_t from = whence == seek_set ? 0 : whence == seek_cur ? offset_ : bytes();
  const std::uint64_t wanted = from + offset;
  if (wanted > most_offset) return Errno::einval;
  return offset_ = wanted;
}

ObjectRights OpenFile::rights() const {
  return {.can_read = can_read(), .can_write = can_write(), .can_map = file_->store() != nullptr};
}

std::string_view OpenFile::path() const {
  const std::string_view all = path_;
  return file_->attributes.links == 0 ? all : all.substr(0, all.size() - deleted.size());
}

}  // namespace signalbox
