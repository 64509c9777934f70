#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "kernel/base/prng.hpp"
#include "kernel/base/time.hpp"
#include "kernel/task/program.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// The value of a program's argument.
using ArgumentValue = std::variant<std::int64_t, Duration>;

// One typed argument of a native program: its name, its default, and the range allowed, both ends included. The type
// is that of the default.
struct ProgramArgument {
  std::string_view name;
  ArgumentValue fallback;
  ArgumentValue least;
  ArgumentValue most;
  std::string_view meaning;
};

constexpr ProgramArgument number_argument(std::string_view name, std::int64_t fallback, std::int64_t least,
                                          std::int64_t most, std::string_view meaning) {
  return {name, fallback, least, most, meaning};
}
constexpr ProgramArgument time_argument(std::string_view name, Duration fallback, Duration least, Duration most,
                                        std::string_view meaning) {
  return {name, fallback, least, most, meaning};
}

// A program's arguments as given, checked: every argument has a value.
class ProgramArguments {
 public:
  explicit ProgramArguments(std::map<std::string, ArgumentValue, std::less<>> values) : values_(std::move(values)) {}

  std::int64_t number(std::string_view name) const { return get<std::int64_t>(name); }
  Duration time(std::string_view name) const { return get<Duration>(name); }

 private:
  template <class T>
  T get(std::string_view name) const {
    return std::get<T>(values_.find(name)->second);
  }

  std::map<std::string, ArgumentValue, std::less<>> values_;
};

// A native C++ program, for whoever lists, checks and starts programs.
struct NativeProgram {
  std::string_view name;
  std::string_view summary;  // one line
  std::span<const ProgramArgument> arguments;
  // `random` is this instance's own stream.
  Program (*make)(const ProgramArguments& arguments, const Prng& random);
  // How many threads it has at most at once, in all its processes and itself included. Null: one.
  std::uint64_t (*threads)(const ProgramArguments& arguments) = nullptr;
  bool needs_memory = false;  // it runs on machines with memory only
};

// The programs that scenarios may name (workloads/native/registry.hpp has them), in alphabetical order.
using ProgramList = std::span<const NativeProgram* const>;

// The program that a task names. Throws InputError if there is none.
const NativeProgram& find_program(ProgramList programs, const ProgramCall& call);
// Its arguments as the task gives them, defaults filled in; times carry a unit (ns, us, ms, s) or are microseconds, as
// rt-app's. Throws InputError.
ProgramArguments read_arguments(const NativeProgram& program, const ProgramCall& call);

// "10ms", or a number: a value as `list programs` shows it and as arguments spell it.
std::string argument_text(const ArgumentValue& value);

}  // namespace signalbox
