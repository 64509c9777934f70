#include "ipc/mqueue/queue_calls.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ipc/mqueue/posix_queue.hpp"
#include "kernel/calls/file_in_use.hpp"
#include "kernel/calls/path_argument.hpp"
#include "kernel/calls/time_span.hpp"
#include "kernel/signal/signal_info.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/signalling.hpp"
#include "kernel/task/user_memory.hpp"

namespace signalbox {
namespace {

using Notice = PosixQueue::Notice;
using Patience = PosixQueue::Patience;

// struct mq_attr
struct QueueAttributes {
  std::int64_t flags = 0;
  std::int64_t messages = 0;
  std::int64_t bytes = 0;
  std::int64_t count = 0;
  std::int64_t reserved[4] = {};
};
static_assert(sizeof(QueueAttributes) == 64);

// struct sigevent, its first fields
struct NoticeRequest {
  std::uint64_t value = 0;
  std::int32_t signal = 0;
  std::int32_t kind = 0;
};
constexpr std::int32_t by_signal = 0;   // SIGEV_SIGNAL
constexpr std::int32_t by_nothing = 1;  // SIGEV_NONE
constexpr std::int32_t by_thread = 2;   // SIGEV_THREAD

// mq_attr_ok. Those of who is above limits are Linux's own (HARD_MSGMAX, HARD_MSGSIZEMAX).
Result<PosixQueue::Size> size_of(const QueueAttributes& wanted, bool is_privileged) {
  const std::int64_t most_messages = is_privileged ? 65536 : 10;
  const std::int64_t most_bytes = is_privileged ? 16777216 : 8192;
  if (wanted.messages <= 0 || wanted.bytes <= 0) return Errno::einval;
  if (wanted.messages > most_messages || wanted.bytes > most_bytes) return Errno::einval;
  return PosixQueue::Size{.messages = static_cast<std::uint64_t>(wanted.messages),
                          .bytes = static_cast<std::uint64_t>(wanted.bytes)};
}

// A name as the system call has it, without its slash (lookup_one_len).
Result<std::string> path_of(PathPointer at) {
  const std::string_view name = TRY(path_from(at));
  if (name.empty()) return Errno::enoent;
  if (name == "." || name == ".." || name.find('/') != std::string_view::npos) return Errno::eacces;
  if (name.size() > Directory::longest_name) return Errno::enametoolong;
  return "/dev/mqueue/" + std::string(name);
}

FileRef make_queue(FileSystem& files, const FileAttributes& given) {
  return new PosixQueue(given, files.queue_bytes());
}

// mqueue_create_attr, mqueue_get_inode.
Result<FileRef> make(Caller& caller, FileSystem& files, const PathWalker& walker, const std::string& path,
                     std::uint32_t mode, PosixQueue::Size size) {
  const Process& process = caller.process();
  const std::uint64_t limit = process.limits.get(Resource::message_queues).soft;
  if (files.queue_bytes()->of(walker.user) + size.counted_bytes() > limit) return Errno::emfile;
  const std::uint32_t permissions = mode & permission_bits & ~process.umask;
  FileRef made = TRY(files.make_node(walker, path, permissions, FileKind::regular, make_queue));
  made->posix_queue()->begin(size);
  return made;
}

// prepare_open.
Result<FileRef> check_existing(const PathWalker& walker, FileRef file, std::uint32_t flags) {
  constexpr std::uint32_t makes_new = o_creat | o_excl;
  if ((flags & makes_new) == makes_new) return Errno::eexist;
  const std::uint32_t mode = flags & o_accmode;
  if (mode == o_accmode) return Errno::einval;
  const std::uint32_t rights =
      (mode != o_wronly ? PathWalker::to_read : 0) | (mode != o_rdonly ? PathWalker::to_write : 0);
  if (!walker.may(file->attributes, rights)) return Errno::eacces;
  return file;
}

// mq_open(2), the raw call: always closed by exec(2).
Result<Fd> sys_mq_open(Caller& caller, PathPointer name, std::uint32_t flags, std::uint32_t mode,
                       UserPointer<const QueueAttributes> attributes) {
  std::optional<QueueAttributes> given;
  if (!attributes.is_null()) given = TRY(attributes.read());
  const std::string path = TRY(path_of(name));
  DescriptorTable& table = caller.process().descriptors;
  if (!table.has_room(caller.process().descriptor_limit())) return Errno::emfile;
  const auto find_or_make = [&](FileSystem& files, const PathWalker& walker) -> Result<FileRef> {
    Result<FileRef> found = files.find(walker, path);
    if (found.has_value()) return check_existing(walker, *std::move(found), flags);
    if (found.error() != Errno::enoent || (flags & o_creat) == 0) return found.error();
    PosixQueue::Size size;
    if (given) size = TRY(size_of(*given, walker.is_privileged));
    return make(caller, files, walker, path, mode, size);
  };
  FileRef file = TRY(on_files(caller, here, path, find_or_make));
  Result<Fd> added = Errno::emfile;
  caller.kernel().with_room([&] {
    added = table.add(new OpenFile(std::move(file), flags & (o_accmode | o_nonblock), path),
                      DescriptorTable::OnExec::close, caller.process().descriptor_limit());
  });
  return added;
}

// mq_unlink(2), the raw call.
Result<int> sys_mq_unlink(Caller& caller, PathPointer name) {
  const std::string path = TRY(path_of(name));
  return without_value_of(on_files(
      caller, here, path, [&](FileSystem& files, const PathWalker& walker) { return files.remove(walker, path); }));
}

Result<Instant> deadline_of(UserPointer<const TimeSpec> at) {
  if (at.is_null()) return Instant::max();
  const TimeSpec time = TRY(at.read());
  return Instant() + TRY(to_duration(time));
}

// Errno::ebadf: it is no queue.
Result<PosixQueue*> queue_of(const OpenFile& file) {
  PosixQueue* const queue = file.file().posix_queue();
  if (queue == nullptr) return Errno::ebadf;
  return queue;
}
Patience patience(const OpenFile& file, Instant deadline) {
  return {.waits = (file.flags() & o_nonblock) == 0, .deadline = deadline};
}

// __do_notify
void tell(Caller& caller, const Notice& notice) {
  if (!notice.signal || *notice.signal == Signal{}) return;  // signal 0 is nobody's, and ends the registration
  Process* const target = caller.kernel().processes().find_process(notice.pid);
  if (target == nullptr) return;
  const Process& sender = caller.process();
  const auto info = SignalInfo::from(*notice.signal, signal_code::message_queue, sender.pid,
                                     sender.credentials.real_user, notice.value);
  // It comes or, where as many are queued as may be, does not; the sender has done its part.
  caller.kernel().with_room([&] { [[maybe_unused]] const auto sent = caller.kernel().signals().send(*target, info); });
}

// mq_timedsend(2): what is wrong is told in the order of do_mq_timedsend.
Result<int> sys_mq_timedsend(Caller& caller, Fd fd, UserPointer<const std::byte> text, std::uint64_t bytes,
                             std::uint32_t priority, UserPointer<const TimeSpec> timeout) {
  const Instant deadline = TRY(deadline_of(timeout));
  if (priority >= PosixQueue::priorities) return Errno::einval;
  FileInUse in_use(caller);
  const OpenFile& file = *TRY(in_use.get(fd));
  PosixQueue& queue = *TRY(queue_of(file));
  if (!file.can_write()) return Errno::ebadf;
  if (bytes > queue.size().bytes) return Errno::emsgsize;
  const std::span<const std::byte> given = TRY(text.get(bytes));
  MessageRef message;
  caller.kernel().with_room([&] { message = make_message(priority, given); });
  if (const auto notice = TRY(queue.send(caller, std::move(message), patience(file, deadline)))) tell(caller, *notice);
  return 0;
}

// mq_timedreceive(2). A message that does not reach the caller's memory is lost, as Linux's is.
Result<std::uint64_t> sys_mq_timedreceive(Caller& caller, Fd fd, UserPointer<std::byte> to, std::uint64_t bytes,
                                          UserPointer<std::uint32_t> priority, UserPointer<const TimeSpec> timeout) {
  const Instant deadline = TRY(deadline_of(timeout));
  FileInUse in_use(caller);
  const OpenFile& file = *TRY(in_use.get(fd));
  PosixQueue& queue = *TRY(queue_of(file));
  if (!file.can_read()) return Errno::ebadf;
  if (bytes < queue.size().bytes) return Errno::emsgsize;
  const MessageRef message = TRY(queue.receive(caller, patience(file, deadline)));
  bring_in_for_end(caller, to.address(), message->text.size(), Access::write);
  if (!priority.is_null()) TRY(priority.write(static_cast<std::uint32_t>(message->type)));
  std::ranges::copy(message->text, TRY(to.get(message->text.size())).begin());
  return message->text.size();
}

// mq_notify(2), the raw call.
Result<int> sys_mq_notify(Caller& caller, Fd fd, UserPointer<const NoticeRequest> wanted) {
  std::optional<NoticeRequest> request;
  if (!wanted.is_null()) {
    request = TRY(wanted.read());
    if (request->kind != by_signal && request->kind != by_nothing && request->kind != by_thread) return Errno::einval;
    if (request->kind == by_signal && (request->signal < 0 || request->signal > last_signal)) return Errno::einval;
    if (request->kind == by_thread) return Errno::enosys;
  }
  FileInUse in_use(caller);
  const OpenFile& file = *TRY(in_use.get(fd));
  PosixQueue& queue = *TRY(queue_of(file));
  const Process& process = caller.process();
  if (!request) {
    queue.remove_notice(process.descriptors);
    return 0;
  }
  Notice notice{.process = &process.descriptors, .pid = process.pid, .signal = {}, .value = request->value};
  if (request->kind == by_signal) notice.signal = static_cast<Signal>(request->signal);
  TRY(queue.set_notice(notice));
  return 0;
}

// mq_getsetattr(2)
Result<int> sys_mq_getsetattr(Caller& caller, Fd fd, UserPointer<const QueueAttributes> wanted,
                              UserPointer<QueueAttributes> before) {
  std::optional<QueueAttributes> changed;
  if (!wanted.is_null()) {
    changed = TRY(wanted.read());
    if ((changed->flags & ~std::int64_t{o_nonblock}) != 0) return Errno::einval;
  }
  FileInUse in_use(caller);
  OpenFile& file = *TRY(in_use.get(fd));
  const PosixQueue& queue = *TRY(queue_of(file));
  const QueueAttributes now{.flags = file.flags() & o_nonblock,
                            .messages = static_cast<std::int64_t>(queue.size().messages),
                            .bytes = static_cast<std::int64_t>(queue.size().bytes),
                            .count = static_cast<std::int64_t>(queue.count())};
  if (changed) file.set_flags((file.flags() & ~o_nonblock) | static_cast<std::uint32_t>(changed->flags));
  if (!before.is_null()) TRY(before.write(now));
  return 0;
}

}  // namespace

std::span<const SyscallRow> posix_queue_calls() {
  static constexpr std::array rows{
      row<sys_mq_open>(call_number::mq_open, "mq_open", Support::partial("no limit to the number of queues")),
      row<sys_mq_unlink>(call_number::mq_unlink, "mq_unlink"),
      row<sys_mq_timedsend>(call_number::mq_timedsend, "mq_timedsend"),
      row<sys_mq_timedreceive>(call_number::mq_timedreceive, "mq_timedreceive",
                               Support::partial("receivers are served in the order in which they came")),
      row<sys_mq_notify>(call_number::mq_notify, "mq_notify", Support::partial("no SIGEV_THREAD")),
      row<sys_mq_getsetattr>(call_number::mq_getsetattr, "mq_getsetattr"),
  };
  return rows;
}

}  // namespace signalbox
