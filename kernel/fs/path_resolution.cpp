#include "kernel/fs/path_resolution.hpp"

#include <algorithm>
#include <utility>

#include "kernel/fs/symbolic_link.hpp"

namespace signalbox {
namespace {

constexpr unsigned most_links = 40;

std::string_view without_slashes(std::string_view path) {
  return path.substr(std::min(path.find_first_not_of('/'), path.size()));
}

class Resolution {
 public:
  Resolution(Directory& root, const PathWalker& walker, std::string_view path, LastLink last)
      : root_(root), walker_(walker), last_(last), rest_(path), folder_(begin_of(path)) {}

  Result<PathEnd> run() {
    while (true) {
      if (!take_name()) return PathEnd{.folder = folder_, .kind = PathEnd::Kind::root, .file = folder_};
      if (!walker_.may(folder_->attributes, PathWalker::to_search)) return Errno::eacces;
      const bool is_last = rest_.empty();
      if (name_.size() > Directory::longest_name && !(is_last && last_ == LastLink::never)) return Errno::enametoolong;
      if (is_last && has_slash_ && last_ == LastLink::create && !is_dots()) return Errno::eisdir;
      const FileRef file = folder_->find(name_);
      if (file != nullptr && file->kind() == FileKind::symbolic_link && (!is_last || follows_last())) {
        TRY(follow(static_cast<const SymbolicLink&>(*file)));
        continue;
      }
      if (is_last) return end_at(file);
      if (file == nullptr) return Errno::enoent;
      if (!file->is_directory()) return Errno::enotdir;
      folder_ = &static_cast<Directory&>(*file);
    }
  }

 private:
  DirectoryRef begin_of(std::string_view path) { return path.starts_with('/') ? DirectoryRef(&root_) : walker_.folder; }

  // The next name of the rest; false: only slashes are left.
  bool take_name() {
    const std::string_view left = without_slashes(rest_);
    name_ = left.substr(0, left.find('/'));
    has_slash_ = name_.size() < left.size();
    rest_ = without_slashes(left.substr(name_.size()));
    return !name_.empty();
  }
  bool is_dots() const { return name_ == "." || name_ == ".."; }
  bool follows_last() const {
    return last_ == LastLink::follow || last_ == LastLink::create || (last_ == LastLink::keep && has_slash_);
  }

  // The link's target takes its place in the path.
  Result<void> follow(const SymbolicLink& link) {
    if (++links_ > most_links) return Errno::eloop;
    folder_ = link.target().starts_with('/') ? DirectoryRef(&root_) : folder_;
    replaced_ = std::string(link.target()).append(has_slash_ ? "/" : "").append(rest_);
    rest_ = replaced_;
    return {};
  }

  PathEnd end_at(FileRef file) const {
    using enum PathEnd::Kind;
    return {.folder = folder_,
            .name = std::string(name_),
            .kind = name_ == "."    ? dot
                    : name_ == ".." ? dot_dot
                                    : name,
            .has_slash = has_slash_,
            .file = std::move(file)};
  }

  Directory& root_;
  const PathWalker& walker_;
  LastLink last_;
  std::string replaced_ = {};  // the path's rest behind a link, with the target before it
  std::string_view rest_;
  DirectoryRef folder_;
  std::string_view name_ = {};
  bool has_slash_ = false;
  unsigned links_ = 0;
};

}  // namespace

Result<PathEnd> resolve_path(Directory& root, const PathWalker& walker, std::string_view path, LastLink last) {
  if (path.size() > longest_path) return Errno::enametoolong;
  if (path.empty()) return Errno::enoent;
  return Resolution(root, walker, path, last).run();
}

}  // namespace signalbox
