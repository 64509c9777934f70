#include "kernel/exec/user_mode.hpp"

#include <utility>

#include "kernel/exec/host_thread.hpp"

#if !defined(__x86_64__)
#error "Say here how this host switches between a program's stack and the kernel's."
#endif

namespace signalbox {

std::int64_t handle_entry(std::uint64_t number, const std::uint64_t* arguments, UserMode* mode) {
  return mode->handler_(*mode, number, arguments);
}

void handle_fault(UserMode* mode) { mode->fault_handler_(*mode, *host_thread.fault_record); }

}  // namespace signalbox

extern "C" {

// A program enters the kernel with nothing but its arguments: whose thread it is, is the host thread's state.
constinit thread_local signalbox::UserMode* signalbox_user_mode = nullptr;

// NOLINTNEXTLINE(readability-identifier-naming): called by the assembly below
std::int64_t signalbox_handle_entry(std::uint64_t number, const std::uint64_t* arguments, signalbox::UserMode* mode) {
  return signalbox::handle_entry(number, arguments, mode);
}

// NOLINTNEXTLINE(readability-identifier-naming): called by the assembly below
void signalbox_handle_fault(signalbox::UserMode* mode) { signalbox::handle_fault(mode); }

void signalbox_enter_fault();
void signalbox_run_handler();
void signalbox_restore_point();
std::int64_t signalbox_enter_kernel(std::uint64_t number, const std::uint64_t* arguments);
[[noreturn]] void signalbox_enter_user(signalbox::UserMode* mode, void* stack, void* entry, std::uint64_t a,
                                       std::uint64_t b, std::uint64_t c);
[[noreturn]] void signalbox_resume_user(signalbox::UserMode* mode, void* stack, std::int64_t result);
}

// What calls preserve is kept on the stack that is left. While the kernel runs on behalf of a program, its frames
// follow those of signalbox_enter_user's caller on the kernel stack: the unwind information of signalbox_enter_kernel
// says so, and an exception goes that way, past the program. For debuggers, the program's calls begin in
// signalbox_enter_user.
asm(R"(
    .macro save_preserved
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    subq $8, %rsp
    .endm

    # %rsp is where save_preserved has left it.
    .macro describe_frame
    .cfi_def_cfa %rsp, 64
    .cfi_offset %rbp, -16
    .cfi_offset %rbx, -24
    .cfi_offset %r12, -32
    .cfi_offset %r13, -40
    .cfi_offset %r14, -48
    .cfi_offset %r15, -56
    .endm

    .text
    .globl signalbox_enter_kernel
    .type signalbox_enter_kernel, @function
signalbox_enter_kernel:
    .cfi_startproc
    save_preserved
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movq signalbox_user_mode@gottpoff(%rip), %rax
    movq %fs:(%rax), %rdx
    movq %rsp, %rbx
    movq %rsp, 8(%rdx)
    movq (%rdx), %rsp
    describe_frame
    cld
    call signalbox_handle_entry
    movq signalbox_user_mode@gottpoff(%rip), %rcx
    movq %fs:(%rcx), %rdx
    movq 8(%rdx), %rsp
    cmpq %rbx, %rsp
    je 1f
signalbox_leave_kernel:
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
1:  addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .cfi_endproc
    .size signalbox_enter_kernel, .-signalbox_enter_kernel

    .globl signalbox_enter_fault
    .type signalbox_enter_fault, @function
signalbox_enter_fault:
    .cfi_startproc
    movq (%rdi), %rsp
    describe_frame
    cld
    fninit
    movl $0x1fbf, -8(%rsp)
    ldmxcsr -8(%rsp)
    movq %rdi, %rbx
    call signalbox_handle_fault
    movq 8(%rbx), %rsp
    jmp signalbox_leave_kernel
    .cfi_endproc
    .size signalbox_enter_fault, .-signalbox_enter_fault

    .globl signalbox_run_handler
    .type signalbox_run_handler, @function
signalbox_run_handler:
    movq %r12, %rdi
    movq %r13, %rsi
    movq %r14, %rdx
    xorl %ebp, %ebp
    xorl %eax, %eax
    call *%rbx
    pushq %r15
    movq %rsp, %rsi
    subq $8, %rsp
    movl $15, %edi
    call signalbox_enter_kernel
    ud2
    .size signalbox_run_handler, .-signalbox_run_handler

    .globl signalbox_restore_point
    .type signalbox_restore_point, @function
signalbox_restore_point:
    ud2
    .size signalbox_restore_point, .-signalbox_restore_point

    .globl signalbox_enter_user
    .type signalbox_enter_user, @function
signalbox_enter_user:
    .cfi_startproc
    .cfi_undefined %rip
    save_preserved
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    movq %rdx, %rax
    movq %rcx, %rdi
    movq %r8, %rsi
    movq %r9, %rdx
    xorl %ebp, %ebp
    call *%rax
    ud2
    .cfi_endproc
    .size signalbox_enter_user, .-signalbox_enter_user

    .globl signalbox_resume_user
    .type signalbox_resume_user, @function
signalbox_resume_user:
    save_preserved
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    movq %rdx, %rax
    jmp signalbox_leave_kernel
    .size signalbox_resume_user, .-signalbox_resume_user
    .purgem save_preserved
)");

namespace signalbox {

void UserMode::begin(std::byte* stack_top, Entry entry, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  static_assert(offsetof(UserMode, kernel_stack_) == 0 && offsetof(UserMode, stack_pointer_) == 8);
  make_current();
  signalbox_enter_user(this, stack_top, reinterpret_cast<void*>(entry), a, b, c);
}

void UserMode::resume(void* stack_pointer, std::int64_t result) {
  make_current();
  signalbox_resume_user(this, stack_pointer, result);
}

const void* UserMode::handler_place() { return reinterpret_cast<const void*>(&signalbox_run_handler); }
const void* UserMode::restore_point() { return reinterpret_cast<const void*>(&signalbox_restore_point); }
const void* UserMode::fault_entry() { return reinterpret_cast<const void*>(&signalbox_enter_fault); }
UserMode* UserMode::current() { return signalbox_user_mode; }

void UserMode::make_current() { signalbox_user_mode = this; }

std::int64_t (*UserMode::entry_point())(std::uint64_t, const std::uint64_t*) { return &signalbox_enter_kernel; }

}  // namespace signalbox
