#include "tools/compiler/edge_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace signalbox {
namespace {

constexpr std::string_view callback = "__sanitizer_cov_trace_pc";
constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// A line without its comment; no string in code has one, and in data it does not matter.
std::string_view statement_of(std::string_view line) { return trimmed(line.substr(0, line.find('#'))); }

struct Instruction {
  std::string_view name;
  std::string_view operand;
};

Instruction instruction_of(std::string_view statement) {
  const auto end = std::min(statement.find_first_of(blanks), statement.size());
  return {statement.substr(0, end), trimmed(statement.substr(end))};
}

bool is_label(std::string_view statement) { return statement.ends_with(':'); }
bool is_directive(std::string_view statement) { return statement.starts_with('.') && !is_label(statement); }

class EdgeInliner {
 public:
  std::string text(std::string_view assembly) {
    while (!assembly.empty()) {
      const auto end = assembly.find('\n');
      take(assembly.substr(0, end));
      assembly.remove_prefix(end == std::string_view::npos ? assembly.size() : end + 1);
    }
    end_function();
    return std::move(out_);
  }

 private:
  void take(std::string_view line) {
    const std::string_view statement = statement_of(line);
    if (makes_callback_global(statement)) return;
    if (is_label(statement)) {
      labels_.push_back(statement.substr(0, statement.size() - 1));
    } else if (statement.starts_with(".cfi_endproc") || statement.starts_with(".size")) {
      out_.append(line) += '\n';
      return end_function();
    } else if (!statement.empty() && !is_directive(statement) && take_instruction(instruction_of(statement))) {
      return;
    }
    out_.append(line) += '\n';
  }

  // The compiler's own copy (runtime/edges.h) is nobody's: whoever calls is the runtime's.
  static bool makes_callback_global(std::string_view statement) {
    const auto [name, operand] = instruction_of(statement);
    return operand == callback && (name == ".globl" || name == ".hidden");
  }

  // Whether something stands in its place already.
  bool take_instruction(const Instruction& instruction) {
    const auto& [name, operand] = instruction;
    const bool is_last = name == "jmp";  // the last thing that a function does
    if ((name == "call" || name == "callq" || is_last) && operand.substr(0, operand.find('@')) == callback) {
      count_edge();
      if (is_last) out_ += "\tret\n";
      return true;
    }
    if (name == "jmp" && std::ranges::find(labels_, operand) != labels_.end()) {
      // Nothing comes after such a loop, so the stack may be moved to where a call wants it, below what others may
      // know of this function's variables.
      fmt::format_to(std::back_inserter(out_), "\tleaq -128(%rsp), %rsp\n\tandq $-16, %rsp\n.Lsb_loop_{}:\n", edges_);
      const unsigned loop = edges_;
      count_edge();
      fmt::format_to(std::back_inserter(out_), "\tjmp .Lsb_loop_{}\n", loop);
      return true;
    }
    if (name != "nop") labels_.clear();
    return false;
  }

  void count_edge() {
    fmt::format_to(std::back_inserter(out_), "\tsubq $1, signalbox_edges(%rip)\n\tjs .Lsb_gone_{0}\n.Lsb_edge_{0}:\n",
                   edges_);
    fmt::format_to(std::back_inserter(behind_), ".Lsb_gone_{0}:\n\tcall signalbox_edges_gone\n\tjmp .Lsb_edge_{0}\n",
                   edges_);
    ++edges_;
    labels_.clear();
  }

  void end_function() {
    out_ += behind_;
    behind_.clear();
    labels_.clear();
  }

  std::string out_;
  std::string behind_;                    // of the function under way
  std::vector<std::string_view> labels_;  // since the last instruction
  unsigned edges_ = 0;
};

}  // namespace

std::string inline_edges(std::string_view assembly) { return EdgeInliner().text(assembly); }

}  // namespace signalbox
