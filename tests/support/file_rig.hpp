#pragma once

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/fs/file_system.hpp"
#include "kernel/fs/open_file.hpp"
#include "kernel/mm/frame.hpp"

namespace signalbox {

// A thread that never has to wait.
class IdleCurrent final : public Current {
 public:
  WakeReason sleep_on(WaitQueue&, Instant) override { return WakeReason::woken; }
  void raise(Signal) override {}
  void charge(Duration cost, Mode) override { now_ = now_ + cost; }
  Instant now() const override { return now_; }

 private:
  Instant now_;
};

// Bytes of a caller: some of them may be absent until they are asked for, some for ever.
class TestBytes final : public UserBytes {
 public:
  explicit TestBytes(std::string_view text) : text_(text), bad_from_(text.size()) {}
  TestBytes(std::size_t size, std::size_t bad_from) : text_(size, '.'), bad_from_(bad_from) {}

  std::size_t size() const override { return text_.size(); }
  std::size_t fill(std::size_t at, std::span<const std::byte> from) override {
    const std::size_t moved = movable(at, from.size());
    for (std::size_t i = 0; i < moved; ++i) text_[at + i] = static_cast<char>(from[i]);
    return moved;
  }
  std::size_t take(std::size_t at, std::span<std::byte> to) override {
    const std::size_t moved = movable(at, to.size());
    for (std::size_t i = 0; i < moved; ++i) to[i] = static_cast<std::byte>(text_[at + i]);
    return moved;
  }
  Result<void> make_present(Current&, std::size_t at, Use) override {
    if (at >= bad_from_) return Errno::efault;
    present_to_ = std::max(present_to_, at + 1);
    ++made_present;
    return {};
  }
  // Nothing behind it is there by itself.
  void make_absent_from(std::size_t at) { present_to_ = at; }
  const std::string& text() const { return text_; }

  int made_present = 0;

 private:
  std::size_t movable(std::size_t at, std::size_t most) const {
    const std::size_t end = std::min(bad_from_, present_to_);
    return at >= end ? 0 : std::min(most, end - at);
  }

  std::string text_;
  std::size_t bad_from_;
  std::size_t present_to_ = ~std::size_t{0};
};

// Memory without limits; a page that is dropped goes to its store first.
class TestPageCache final : public PageCache {
 public:
  using Page = std::array<std::byte, page_bytes>;

  std::span<std::byte> find(PageStore& store, std::uint64_t page) override {
    const auto found = pages_.find({&store, page});
    return found == pages_.end() ? std::span<std::byte>() : std::span<std::byte>(found->second);
  }
  std::span<std::byte> make(PageStore& store, std::uint64_t page) override {
    if (has_no_room) return {};
    return pages_[{&store, page}] = Page();
  }
  Result<void> bring_in(Current&, PageStore& store, std::uint64_t page, std::uint64_t last) override {
    if (fails) return Errno::enomem;
    for (std::uint64_t each = page; each <= last; ++each) {
      if (pages_.contains({&store, each})) continue;
      Page& made = pages_[{&store, each}] = Page();
      if (!store.has(each)) continue;
      store.read(each, made);
      ++reads;
    }
    return {};
  }
  void touched(PageStore&, std::uint64_t) override { ++touches; }
  void dirtied(PageStore&, std::uint64_t) override { ++dirtied_pages; }
  void throttle(Current&) override {
    if (const auto action = when_throttled) action();
  }
  void remove(PageStore& store, std::uint64_t first) override {
    std::erase_if(pages_, [&](const auto& each) { return each.first.first == &store && each.first.second >= first; });
  }
  void write_back(Current&, PageStore& store, std::uint64_t first, std::uint64_t last) override {
    for (auto& [key, page] : pages_) {
      if (key.first != &store || key.second < first || key.second > last) continue;
      store.block_of(key.second);
      store.write(key.second, page);
    }
  }
  void write_back_all(Current&) override {}
  // As reclaim does.
  void drop(Current& current, PageStore& store) {
    write_back(current, store, 0, ~std::uint64_t{0});
    remove(store, 0);
  }

  std::function<void()> when_throttled;  // what others do meanwhile
  bool has_no_room = false;
  bool fails = false;
  int reads = 0;
  int touches = 0;
  int dirtied_pages = 0;

 private:
  std::map<std::pair<PageStore*, std::uint64_t>, Page> pages_;
};

// A tree of files in such memory, and who works on it.
struct FileRig {
  IdleCurrent current;
  TestPageCache cache;
  FileSystem files{&cache};
  PathWalker root{.folder = &files.root(), .is_privileged = true};
  PathWalker user{.folder = &files.root(), .user = UserId(7), .group = GroupId(7)};

  FileRef make(std::string_view path, std::uint32_t permissions = 0644) {
    const auto found = files.open(root, path, o_creat | o_rdwr, permissions);
    EXPECT_TRUE(found.has_value()) << path;
    return found->file;
  }
  OpenFileRef open(std::string_view path, std::uint32_t flags) {
    const auto found = files.open(root, path, flags, 0644);
    EXPECT_TRUE(found.has_value()) << path;
    return new OpenFile(found->file, flags, std::string(path));
  }
  std::size_t write(OpenFile& file, std::string_view text) {
    TestBytes bytes(text);
    return file.write(current, bytes).value_or(0);
  }
  std::string read(OpenFile& file, std::size_t most) {
    TestBytes bytes(most, most);
    const std::size_t moved = file.read(current, bytes).value_or(0);
    return bytes.text().substr(0, moved);
  }
};

// What a call answered instead of a value; nothing else is asked of it.
template <class T>
Errno refused(const Result<T>& result) {
  return result.has_value() ? Errno{} : result.error();
}

}  // namespace signalbox
