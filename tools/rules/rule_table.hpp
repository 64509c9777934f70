#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace signalbox {

enum class RuleState : std::uint8_t {
  holds,    // a program that checks it passes
  not_yet,  // nothing checks it
  differs,  // by choice
};

// A rule of POSIX or Linux about IPC that emulated programs may rely on. The texts live as long as the program.
struct IpcRule {
  std::string_view id;  // PIPE-06
  char tier = 'A';      // A: a first course, B: systems programming, C: a detail of Linux that programs depend on
  char evidence = 'V';  // V: confirmed on a real kernel, D: from the documents, X: the kernel disagrees with its
                        // manual page, P: the standards leave it open
  RuleState state = RuleState::not_yet;
  std::string_view reason;  // of a choice to differ
  std::string_view source;  // a manual page, or POSIX.1-2017 by the function's name
  std::string_view text;
  std::string_view program;  // the one that checks it; empty: there is none

  // "holds", "not yet", or "differs: " and the reason.
  std::string_view state_text;

  // The same without the reason.
  std::string_view state_word() const { return state == RuleState::differs ? "differs" : state_text; }
  std::string_view family() const { return id.substr(0, id.find('-')); }
};

// All, in the order of the list (ipc_rules.txt).
std::span<const IpcRule> ipc_rules();
// Null: there is none of that id, which may be in small letters.
const IpcRule* find_ipc_rule(std::string_view id);

}  // namespace signalbox
