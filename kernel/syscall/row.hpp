#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "kernel/syscall/arguments.hpp"
#include "kernel/task/caller.hpp"

namespace signalbox {

// How much of what Linux does a call does.
struct Support {
  std::string_view missing;  // empty: full

  static constexpr Support full() { return Support{}; }
  static constexpr Support partial(std::string_view missing) { return Support{missing}; }
  constexpr bool is_full() const { return missing.empty(); }
};

// Everything about one system call. The number is Linux's (x86-64); calls that Linux does not have start at 1000.
struct SyscallRow {
  std::uint32_t number;
  std::string_view name;
  Support support;
  unsigned argument_count;
  std::int64_t (*handle)(Caller& caller, const RawCall& call);
  std::string (*print_arguments)(const RawCall& call);
  // A bit an argument that is an address: traces record those as null or not.
  unsigned address_arguments;
  // Whether the first argument and the result are addresses of emulated memory: where those of a program are the
  // host's, traces record them otherwise.
  bool is_first_in_memory = false;
  bool is_result_in_memory = false;
  Restart restart = Restart::if_asked;  // what becomes of it when a signal makes it answer Errno::eintr
};

inline constexpr std::uint32_t first_own_call = 1000;

namespace row_detail {

template <class Handler>
struct Signature;

template <class T>
T decode_argument(Caller&, std::uint64_t raw, T*) {
  return Register<T>::decode(raw);
}
// Objects of the emulator itself, which its own code hands in: no program's bytes.
template <class T>
inline constexpr bool is_user_object = std::is_trivially_copyable_v<T>;

template <class T>
UserPointer<T> decode_argument(Caller& caller, std::uint64_t raw, UserPointer<T>*) {
  return UserPointer<T>(raw, is_user_object<T> ? caller.process().compiled.get() : nullptr);
}
template <class T>
T decode_argument(Caller& caller, std::uint64_t raw) {
  return decode_argument(caller, raw, static_cast<T*>(nullptr));
}

template <class T, class... Arguments>
struct Signature<Result<T> (*)(Caller&, Arguments...)> {
  static constexpr unsigned count = sizeof...(Arguments);
  static_assert(count <= 6, "a system call has at most six arguments");

  template <auto handler, std::size_t... index>
  static std::int64_t handle(Caller& caller, const RawCall& call, std::index_sequence<index...>) {
    return encode_result(handler(caller, decode_argument<Arguments>(caller, call.arguments[index])...));
  }

  template <std::size_t... index>
  static std::string print(const RawCall& call, std::index_sequence<index...>) {
    std::string text;
    ((text += (index == 0 ? "" : ", ") + Register<Arguments>::print(call.arguments[index])), ...);
    return text;
  }

  template <class A>
  struct IsAddress : std::false_type {};
  template <class A>
  struct IsAddress<UserPointer<A>> : std::true_type {};

  template <class A>
  struct IsInMemory : std::false_type {};
  template <class Tag>
  struct IsInMemory<Address<Tag>> : std::true_type {};
  static constexpr bool is_result_in_memory = IsInMemory<T>::value;
  static constexpr bool is_first_in_memory() {
    if constexpr (count == 0) {
      return false;
    } else {
      return IsInMemory<std::tuple_element_t<0, std::tuple<Arguments...>>>::value;
    }
  }

  static constexpr unsigned address_mask() {
    unsigned mask = 0;
    unsigned position = 0;
    ((mask |= (IsAddress<Arguments>::value ? 1U : 0U) << position++), ...);
    return mask;
  }
};

}  // namespace row_detail

// The row of a call; decoding and printing come from the handler's signature.
template <auto handler>
constexpr SyscallRow row(std::uint32_t number, std::string_view name, Support support = Support::full(),
                         Restart restart = Restart::if_asked) {
  using Signature = row_detail::Signature<decltype(handler)>;
  using Indexes = std::make_index_sequence<Signature::count>;
  return SyscallRow{
      number,
      name,
      support,
      Signature::count,
      [](Caller& caller, const RawCall& call) { return Signature::template handle<handler>(caller, call, Indexes()); },
      [](const RawCall& call) { return Signature::print(call, Indexes()); },
      Signature::address_mask(),
      Signature::is_first_in_memory(),
      Signature::is_result_in_memory,
      restart,
  };
}

}  // namespace signalbox
