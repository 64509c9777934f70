#pragma once

#include <source_location>
#include <string>

namespace signalbox {

// Says where a bug of ours struck: virtual time, CPU, thread. The running machine is one.
class BugContext {
 public:
  // One line, such as "at 1.002003 s on cpu 1 in thread 17 (worker)".
  virtual std::string describe() const = 0;

 protected:
  ~BugContext() = default;
};

// While it lives, failed checks of this host thread print `context`. Thread-local, for a check must be
// able to speak from anywhere; nothing else reads it.
class BugContextScope {
 public:
  explicit BugContextScope(const BugContext& context);
  ~BugContextScope();
  BugContextScope(const BugContextScope&) = delete;
  BugContextScope& operator=(const BugContextScope&) = delete;

 private:
  const BugContext* outer_;
};

// Prints condition, reason, place and bug context on standard error.
void report_bug(const char* condition, const char* why, std::source_location where = std::source_location::current());
// The same, and aborts.
[[noreturn]] void check_failed(const char* condition, const char* why,
                               std::source_location where = std::source_location::current());

}  // namespace signalbox

// For what can only fail by a bug of ours; on in every build.
#define CHECK(condition, why) \
  (__builtin_expect(static_cast<bool>(condition), 1) ? void() : ::signalbox::check_failed(#condition, why))
