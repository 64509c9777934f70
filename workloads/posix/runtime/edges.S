/* Where a program has no edges left: enters the kernel as if nothing had happened to any register, for compilers have been
 * told so (edges.h). Only flags are lost, which the count has changed. The stack may be anywhere. */
    .set vectors, 0xe7      /* of XSAVE: x87, SSE, AVX and the three parts of AVX-512 */
    .set vector_bytes, 2688 /* where the last of them ends (CPUID 0xd, standard format) */
    .set header, 512        /* of XSAVE's own, 64 bytes, to be zero at first */
    .text
    .globl signalbox_edges_gone
    .hidden signalbox_edges_gone
    .type signalbox_edges_gone, @function
signalbox_edges_gone:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    pushq %rax
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    subq $vector_bytes, %rsp
    andq $-64, %rsp
    cmpl $0, sb_has_xsave(%rip)
    je 1f
    xorl %eax, %eax
    leaq header(%rsp), %rdi
    movl $8, %ecx
    cld
    rep stosq
    movl $vectors, %eax
    xorl %edx, %edx
    xsave64 (%rsp)
    fninit
    call sb_edges_gone
    movl $vectors, %eax
    xorl %edx, %edx
    xrstor64 (%rsp)
    jmp 2f
1:  fxsave64 (%rsp)
    fninit
    call sb_edges_gone
    fxrstor64 (%rsp)
2:  leaq -72(%rbp), %rsp
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rax
    popq %rbp
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_endproc
    .size signalbox_edges_gone, .-signalbox_edges_gone
    .section .note.GNU-stack,"",@progbits
