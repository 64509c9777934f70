#include "kernel/base/check.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace signalbox {
namespace {

thread_local const BugContext* current_context = nullptr;

}  // namespace

BugContextScope::BugContextScope(const BugContext& context) : outer_(std::exchange(current_context, &context)) {}

BugContextScope::~BugContextScope() { current_context = outer_; }

void report_bug(const char* condition, const char* why, std::source_location where) {
  // The context is taken away first: describing it may run into the same bug.
  const BugContext* context = std::exchange(current_context, nullptr);
  std::fprintf(stderr, "signalbox: bug: %s: %s\n  at %s:%u\n", condition, why, where.file_name(), where.line());
  if (context != nullptr) std::fprintf(stderr, "  %s\n", context->describe().c_str());
}

void check_failed(const char* condition, const char* why, std::source_location where) {
  report_bug(condition, why, where);
  std::abort();
}

}  // namespace signalbox
