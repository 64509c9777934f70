#pragma once

/* What an image, a program as `signalbox cc` links it, and the kernel know of each other. Both include this file, the
 * image's side as C. A change of anything here is a new version. */

#ifdef __cplusplus
#include <cstdint>
extern "C" {
#else
#include <stdint.h>
#endif

#define SIGNALBOX_IMAGE_VERSION 2
/* The note's section, and the name of the symbol that stands for the header. */
#define SIGNALBOX_NOTE_SECTION ".signalbox.note"
#define SIGNALBOX_HEADER_SYMBOL "signalbox_image"

/* The way into the kernel: a call by its Linux number, or one of those below; the result, or minus the errno. */
typedef int64_t (*SignalboxEnter)(uint64_t number, const uint64_t *arguments);

struct SignalboxImageHeader {
  uint32_t version;
  uint32_t reserved;
  /* The runtime's: where the first thread begins, on its own stack. It never returns. */
  void (*start)(uint64_t argc, char **argv, char **envp);
  /* The kernel's, before the program runs. */
  SignalboxEnter enter;
  const void *tls_begin; /* what every thread's variables begin as */
  uint64_t tls_filled;   /* so many bytes of it; the rest is zero */
  uint64_t tls_bytes;
  uint64_t tls_alignment;
  /* Belong to the thread that runs: the kernel keeps and restores the words of the others. */
  int64_t edges; /* may be passed before the kernel is entered */
  void *thread;  /* the runtime's own */
};

/* By what the runtime cancels threads: one of the two that C libraries keep for themselves. From then on, no call of
 * the thread begins again by itself: what it waits for may be the cancellation. */
#define SIGNALBOX_CANCEL_SIGNAL 32

/* Calls that Linux has not; the arguments in order. */
enum {
  SIGNALBOX_CALL_EDGES = 0x10000, /* no edges are left */
  SIGNALBOX_CALL_THREAD,          /* entry, argument, stack: one more thread of the process; its number */
  SIGNALBOX_CALL_JOIN,            /* its number: sleeps until it has ended */
  SIGNALBOX_CALL_DETACH,          /* its number: nobody will join it */
  SIGNALBOX_CALL_WORK,            /* edges: what a function of the host would have passed */
};

#ifdef __cplusplus
}
#endif
