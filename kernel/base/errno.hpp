#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox {

// Error numbers of the emulated system calls: Linux's values (errno(3), asm-generic/errno*.h), in lower case
// because host headers define the capitals as macros.
// X(name, number, text); the text is strerror(3)'s.
#define SIGNALBOX_ERRNO_LIST(X)                             \
  X(eperm, 1, "Operation not permitted")                    \
  X(enoent, 2, "No such file or directory")                 \
  X(esrch, 3, "No such process")                            \
  X(eintr, 4, "Interrupted system call")                    \
  X(eio, 5, "Input/output error")                           \
  X(enxio, 6, "No such device or address")                  \
  X(e2big, 7, "Argument list too long")                     \
  X(enoexec, 8, "Exec format error")                        \
  X(ebadf, 9, "Bad file descriptor")                        \
  X(echild, 10, "No child processes")                       \
  X(eagain, 11, "Resource temporarily unavailable")         \
  X(enomem, 12, "Cannot allocate memory")                   \
  X(eacces, 13, "Permission denied")                        \
  X(efault, 14, "Bad address")                              \
  X(ebusy, 16, "Device or resource busy")                   \
  X(eexist, 17, "File exists")                              \
  X(exdev, 18, "Invalid cross-device link")                 \
  X(enodev, 19, "No such device")                           \
  X(enotdir, 20, "Not a directory")                         \
  X(eisdir, 21, "Is a directory")                           \
  X(einval, 22, "Invalid argument")                         \
  X(enfile, 23, "Too many open files in system")            \
  X(emfile, 24, "Too many open files")                      \
  X(enotty, 25, "Inappropriate ioctl for device")           \
  X(etxtbsy, 26, "Text file busy")                          \
  X(efbig, 27, "File too large")                            \
  X(enospc, 28, "No space left on device")                  \
  X(espipe, 29, "Illegal seek")                             \
  X(erofs, 30, "Read-only file system")                     \
  X(emlink, 31, "Too many links")                           \
  X(epipe, 32, "Broken pipe")                               \
  X(edom, 33, "Numerical argument out of domain")           \
  X(erange, 34, "Numerical result out of range")            \
  X(edeadlk, 35, "Resource deadlock avoided")               \
  X(enametoolong, 36, "File name too long")                 \
  X(enosys, 38, "Function not implemented")                 \
  X(enotempty, 39, "Directory not empty")                   \
  X(eloop, 40, "Too many levels of symbolic links")         \
  X(enomsg, 42, "No message of desired type")               \
  X(eidrm, 43, "Identifier removed")                        \
  X(eoverflow, 75, "Value too large for defined data type") \
  X(eopnotsupp, 95, "Operation not supported")              \
  X(emsgsize, 90, "Message too long")                       \
  X(etimedout, 110, "Connection timed out")                 \
  X(eownerdead, 130, "Owner died")                          \
  X(enotrecoverable, 131, "State not recoverable")

enum class Errno : std::int32_t {
#define SIGNALBOX_ERRNO_CASE(name, number, text) name = (number),
  SIGNALBOX_ERRNO_LIST(SIGNALBOX_ERRNO_CASE)
#undef SIGNALBOX_ERRNO_CASE
      enotsup = eopnotsupp,  // POSIX's other name for it (errno(3)); strace prints EOPNOTSUPP
};

// "EPIPE", as strace prints it.
std::string_view errno_name(Errno error);
// "Broken pipe", as strerror(3) says it.
std::string_view errno_text(Errno error);

}  // namespace signalbox
