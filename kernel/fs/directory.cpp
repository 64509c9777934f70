#include "kernel/fs/directory.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "kernel/base/check.hpp"

namespace signalbox {

FileRef Directory::find(std::string_view name) {
  if (name == ".") return this;
  if (name == "..") return &parent();
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : found->second.file;
}

bool Directory::is_below(const Directory& other) const {
  const Directory* at = this;
  while (at != nullptr && at != &other) at = at->parent_;
  return at != nullptr;
}

std::string_view Directory::name() const {
  const auto& names = parent_->entries_;
  const auto found = std::ranges::find(names, this, [](const auto& entry) { return entry.second.file.get(); });
  CHECK(found != names.end(), "a directory is in its parent");
  return found->first;
}

void Directory::put(std::string_view name, FileRef file, Instant now) {
  if (file->is_directory()) {
    static_cast<Directory&>(*file).parent_ = this;
    ++attributes.links;
  }
  const auto [at, is_new] = entries_.emplace(name, Entry{std::move(file), ++last_place_});
  CHECK(is_new, "a name stands for one file");
  by_place_.emplace(last_place_, at);
  attributes.modified = attributes.changed = now;
}

FileRef Directory::take(std::string_view name, Instant now) {
  const auto found = entries_.find(name);
  CHECK(found != entries_.end(), "only what is there is removed");
  FileRef file = std::move(found->second.file);
  by_place_.erase(found->second.place);
  entries_.erase(found);
  if (file->is_directory()) --attributes.links;
  attributes.modified = attributes.changed = now;
  return file;
}

void Directory::add(std::string_view name, FileRef file, Instant now) { put(name, std::move(file), now); }

void Directory::remove(std::string_view name, Instant now) {
  const FileRef file = take(name, now);
  file->attributes.changed = now;
  if (!file->is_directory()) {
    --file->attributes.links;
    return;
  }
  file->attributes.links = 0;
  static_cast<Directory&>(*file).last_parent_ = this;
}

void Directory::rename_to(Directory& folder, std::string_view from, std::string_view to, Instant now) {
  FileRef file = take(from, now);
  file->attributes.changed = now;
  if (folder.entries_.contains(to)) folder.remove(to, now);
  folder.put(to, std::move(file), now);
}

std::optional<Directory::Listed> Directory::listed_from(std::uint64_t place) const {
  if (place == 0) return Listed{".", *this, 1};
  if (place == 1) return Listed{"..", parent(), 2};
  const auto found = by_place_.lower_bound(place);
  if (found == by_place_.end()) return std::nullopt;
  const auto& [name, entry] = *found->second;
  return Listed{name, *entry.file, entry.place + 1};
}

// One by one, however deep it is: those that are removed, and lead to each other by "..", too.
Directory::~Directory() {
  DirectoryRef above = std::move(last_parent_);
  while (above != nullptr && above->use_count() == 1) above = DirectoryRef(std::move(above->last_parent_));
}

void Directory::clear() {
  std::vector<FileRef> below;
  const auto take_all = [&below](Directory& from) {
    for (auto& [name, entry] : from.entries_) below.push_back(std::move(entry.file));
    from.by_place_.clear();
    from.entries_.clear();
    from.last_parent_.reset();
  };
  take_all(*this);
  for (std::size_t next = 0; next < below.size(); ++next) {
    const FileRef file = below[next];
    if (file->is_directory()) take_all(static_cast<Directory&>(*file));
  }
  while (!below.empty()) below.pop_back();
}

}  // namespace signalbox
