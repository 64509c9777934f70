#include "workloads/posix/signal_frame.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <span>

#include "kernel/exec/host_bytes.hpp"

namespace signalbox {
namespace {

// glibc's ucontext_t has 968 bytes.
static_assert(offsetof(UserContext, general) == 40 && offsetof(UserContext, mask) == 296);
static_assert(sizeof(UserContext) >= 968);

// Below a stack pointer, a function that calls none may keep what it likes (x86-64 ABI, "red zone").
constexpr std::uint64_t red_zone = 128;

// The highest place below `top` for so many bytes; null if the program may not write there.
std::byte* take_room(CompiledMemory& memory, std::uint64_t top, std::size_t bytes) {
  constexpr std::uint64_t alignment = 64;
  if (top < bytes + alignment) return nullptr;
  const std::uint64_t at = (top - bytes) & ~(alignment - 1);
  return memory.reachable(at, bytes, Access::write) < bytes ? nullptr : host_bytes(at, bytes).data();
}

// Where a new frame ends: below what is in use, or at the top of the alternate stack, if that is wanted and unused.
std::uint64_t top_of_frames(const AlternateStack& alternate, bool uses_alternate, std::uint64_t stack_pointer) {
  const bool switches = uses_alternate && alternate.bytes > 0 && !alternate.holds(stack_pointer);
  return switches ? alternate.begin + alternate.bytes : stack_pointer;
}

void fill(UserContext& context, const UserPlace& place, const AlternateStack& alternate, SignalSet mask) {
  constexpr std::int32_t is_disabled = 2;  // SS_DISABLE
  context.stack_begin = alternate.begin;
  context.stack_bytes = alternate.bytes;
  context.stack_flags = alternate.bytes == 0 ? is_disabled : 0;
  context.mask = mask;
  if (place.fault.general != nullptr) {
    context.general = *place.fault.general;
    context.others = host_address(place.fault.others);
    return;
  }
  const auto& left = *static_cast<const UserMode::LeftRegisters*>(place.stack_pointer);
  const auto put = [&](RegisterImage::Number which, std::uint64_t value) {
    context.general[which] = static_cast<std::int64_t>(value);
  };
  put(RegisterImage::rbx, left.rbx);
  put(RegisterImage::rbp, left.rbp);
  put(RegisterImage::r12, left.r12);
  put(RegisterImage::r13, left.r13);
  put(RegisterImage::r14, left.r14);
  put(RegisterImage::r15, left.r15);
  put(RegisterImage::rip, host_address(left.place));
  put(RegisterImage::rsp, host_address(place.stack_pointer) + sizeof left);
  put(RegisterImage::rax, static_cast<std::uint64_t>(place.result));
}

}  // namespace

std::optional<UserPlace> push_handler(CompiledMemory& memory, const AlternateStack& alternate, const TakenSignal& taken,
                                      const UserPlace& place) {
  const std::uint64_t top =
      top_of_frames(alternate, taken.action.has(signal_flag::on_stack), host_address(place.stack_pointer));
  std::byte* const room = take_room(memory, top, sizeof(SignalFrame));
  if (room == nullptr) return std::nullopt;
  // Where it was interrupted is looked at, too.
  constexpr std::size_t left_bytes = sizeof(UserMode::LeftRegisters);
  if (memory.reachable(host_address(place.stack_pointer), left_bytes, Access::read) < left_bytes) return std::nullopt;
  auto* const frame = new (room) SignalFrame();
  frame->place = place;
  frame->info.info = taken.info;
  fill(frame->context, place, alternate, taken.mask_before);
  if (place.fault.general != nullptr) {
    // What the handler changes of the registers takes effect.
    const std::uint64_t at = static_cast<const UserMode::LeftRegisters*>(place.stack_pointer)->rbx;
    auto& image = *reinterpret_cast<RegisterImage*>(host_bytes(at, sizeof(RegisterImage)).data());
    image.general = &frame->context.general;
  }
  frame->begin = {.r15 = host_address(room),
                  .r14 = host_address(&frame->context),
                  .r13 = host_address(&frame->info),
                  .r12 = static_cast<std::uint64_t>(taken.info.signal),
                  .rbx = taken.action.handler,
                  .place = UserMode::handler_place()};
  return UserPlace{.stack_pointer = room};
}

std::optional<UserPlace> push_fault(CompiledMemory& memory, const AlternateStack& alternate, bool uses_alternate,
                                    const FaultRecord& fault) {
  struct Left {
    UserMode::LeftRegisters registers;
    RegisterImage image;
    RegisterImage::General general;
  };
  const auto stack_pointer = static_cast<std::uint64_t>(fault.general[RegisterImage::rsp]);
  std::uint64_t top = top_of_frames(alternate, uses_alternate, stack_pointer);
  if (top == stack_pointer) top -= red_zone;
  std::byte* const others = take_room(memory, top, fault.other_bytes);
  std::byte* const room = others == nullptr ? nullptr : take_room(memory, host_address(others), sizeof(Left));
  if (room == nullptr) return std::nullopt;
  std::ranges::copy(std::span(fault.others).first(fault.other_bytes), others);
  auto* const left = new (room) Left();
  left->general = fault.general;
  left->image = {.general = &left->general, .others = others, .other_bytes = fault.other_bytes};
  left->registers.rbx = host_address(&left->image);
  left->registers.place = UserMode::restore_point();
  return UserPlace{.stack_pointer = room, .fault = left->image};
}

}  // namespace signalbox
