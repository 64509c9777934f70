/* Included by compilers into every source of a program: tells them that the call at an edge changes no register, for
 * tools/compiler/edge_code makes a count of it. Else values would go through memory around every edge. gcc sees the
 * function itself (-fipa-ra), under the name of its builtin; clang is told by an attribute of one that it has met. g++
 * does not take the one for the other, and keeps what it had. */
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#else
#pragma GCC system_header
#endif
#ifdef __cplusplus
extern "C" {
#endif
#ifdef __clang__
void __sanitizer_cov_trace_pc(void) __attribute__((no_caller_saved_registers));
static void (*const signalbox_edge)(void) __attribute__((used)) = (void (*)(void))__sanitizer_cov_trace_pc;
#pragma clang diagnostic pop
#elif !defined __cplusplus
__attribute__((noinline, noclone, no_reorder, used, no_sanitize_coverage, visibility("hidden"))) void
__builtin___sanitizer_cov_trace_pc(void) {
  __asm__ volatile("" : : : "memory", "cc");
}
#endif
#ifdef __cplusplus
}
#endif
