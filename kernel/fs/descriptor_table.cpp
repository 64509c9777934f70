#include "kernel/fs/descriptor_table.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {

const DescriptorTable::Entry* DescriptorTable::find(Fd at) const {
  const auto number = static_cast<std::uint32_t>(at.value());  // negative ones become large
  if (number >= entries_.size() || entries_[number].file == nullptr) return nullptr;
  return &entries_[number];
}

DescriptorTable::Entry* DescriptorTable::find(Fd at) {
  return const_cast<Entry*>(std::as_const(*this).find(at));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

std::uint64_t DescriptorTable::first_free(std::uint64_t lowest) const {
  std::uint64_t number = lowest;
  while (number < entries_.size() && entries_[number].file != nullptr) ++number;
  return number;
}

Result<Fd> DescriptorTable::add(OpenFileRef file, OnExec on_exec, std::uint64_t limit, std::uint64_t lowest) {
  const std::uint64_t number = first_free(lowest);
  if (number >= limit) return Errno::emfile;
  if (number >= entries_.size()) entries_.resize(number + 1);
  entries_[number] = {std::move(file), on_exec};
  return Fd(static_cast<Fd::Value>(number));
}

Result<OpenFileRef> DescriptorTable::replace(Fd at, OpenFileRef file, OnExec on_exec, std::uint64_t limit) {
  const auto number = static_cast<std::uint32_t>(at.value());
  if (number >= limit) return Errno::ebadf;
  if (number >= entries_.size()) entries_.resize(std::size_t{number} + 1);
  return give_up(std::exchange(entries_[number], {std::move(file), on_exec}).file);
}

Result<OpenFileRef> DescriptorTable::remove(Fd at) {
  Entry* const entry = find(at);
  if (entry == nullptr) return Errno::ebadf;
  return give_up(std::exchange(*entry, {}).file);
}

Result<OpenFileRef> DescriptorTable::get(Fd at) const {
  const Entry* const entry = find(at);
  if (entry == nullptr) return Errno::ebadf;
  return entry->file;
}

Result<DescriptorTable::OnExec> DescriptorTable::on_exec(Fd at) const {
  const Entry* const entry = find(at);
  if (entry == nullptr) return Errno::ebadf;
  return entry->on_exec;
}

Result<void> DescriptorTable::set_on_exec(Fd at, OnExec on_exec) {
  Entry* const entry = find(at);
  if (entry == nullptr) return Errno::ebadf;
  entry->on_exec = on_exec;
  return {};
}

void DescriptorTable::close_on_exec() {
  for (Entry& entry : entries_) {
    if (entry.on_exec == OnExec::close) give_up(std::exchange(entry, {}).file);
  }
}

void DescriptorTable::close_all() {
  for (Entry& entry : entries_) give_up(std::exchange(entry, {}).file);
  entries_.clear();
}

OpenFileRef DescriptorTable::give_up(OpenFileRef file) {
  if (file != nullptr) file->file().given_up(*this);
  return file;
}

std::size_t DescriptorTable::size() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [](const Entry& entry) { return entry.file != nullptr; }));
}

}  // namespace signalbox
