#include "tools/commands/host_terminal.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>

namespace signalbox {
namespace {

volatile std::sig_atomic_t interrupts = 0;

void on_interrupt(int) { interrupts = interrupts + 1; }

// SA_ONSTACK: the signal may arrive while the host runs on an emulated thread's few KiB of stack.
void set_handler(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESTART | (handler == SIG_DFL ? 0U : SA_RESETHAND));
  // Who stops a batch job, and mpirun on Ctrl-C, sends the latter.
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace

InterruptWatch::InterruptWatch() {
  interrupts = 0;
  set_handler(on_interrupt);
}

InterruptWatch::~InterruptWatch() { set_handler(SIG_DFL); }

bool InterruptWatch::is_interrupted() const { return interrupts != 0; }

ProgressLine::ProgressLine(bool is_wanted)
    : is_shown_(is_wanted && isatty(STDERR_FILENO) != 0), next_(Clock::now() + std::chrono::seconds(1)) {}

ProgressLine::~ProgressLine() {
  if (has_text_) std::fprintf(stderr, "\r\033[K");
}

void ProgressLine::show(const std::string& text) {
  if (!is_shown_ || Clock::now() < next_) return;
  next_ = Clock::now() + std::chrono::milliseconds(200);
  has_text_ = true;
  std::fprintf(stderr, "\r\033[K%s", text.c_str());
}

void print_notes(std::span<const std::string> notes) {
  for (const std::string& note : notes) spdlog::info("{}", note);
}

void print_warnings(std::span<const std::string> warnings) {
  for (const std::string& warning : warnings) spdlog::warn("{}", warning);
}

}  // namespace signalbox
