#pragma once

#include <chrono>
#include <span>
#include <string>

namespace signalbox {

// While it lives, Ctrl-C and SIGTERM are noted instead of ending the program; the second of a kind ends it.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  bool is_interrupted() const;
};

// A line on a terminal that says how far work is, once it has taken a second; nothing in a pipe.
class ProgressLine {
 public:
  explicit ProgressLine(bool is_wanted);
  // Wipes the line.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;

  bool is_shown_;
  Clock::time_point next_;
  bool has_text_ = false;
};

// To standard error, a line each: what is worth knowing, and what went wrong without ending the run.
void print_notes(std::span<const std::string> notes);
void print_warnings(std::span<const std::string> warnings);

}  // namespace signalbox
