/* setjmp(3) and its family: the registers that calls preserve. The buffer is the host's jmp_buf, of 200 bytes; its first
 * 64 are ours, then comes whether there is a mask of signals (signals.c). */
    .text
    .globl setjmp, _setjmp, __sigsetjmp
    .type setjmp, @function
    .type _setjmp, @function
    .type __sigsetjmp, @function
setjmp:
_setjmp:
    xorl %esi, %esi
__sigsetjmp:
    movq %rbx, (%rdi)
    movq %rbp, 8(%rdi)
    movq %r12, 16(%rdi)
    movq %r13, 24(%rdi)
    movq %r14, 32(%rdi)
    movq %r15, 40(%rdi)
    leaq 8(%rsp), %rdx
    movq %rdx, 48(%rdi)
    movq (%rsp), %rdx
    movq %rdx, 56(%rdi)
    jmp sb_save_mask
    .size setjmp, .-setjmp

    .globl sb_jump
    .type sb_jump, @function
sb_jump:
    movl %esi, %eax
    testl %eax, %eax
    jne 1f
    incl %eax
1:  movq (%rdi), %rbx
    movq 8(%rdi), %rbp
    movq 16(%rdi), %r12
    movq 24(%rdi), %r13
    movq 32(%rdi), %r14
    movq 40(%rdi), %r15
    movq 48(%rdi), %rsp
    jmp *56(%rdi)
    .size sb_jump, .-sb_jump
    .section .note.GNU-stack,"",@progbits
