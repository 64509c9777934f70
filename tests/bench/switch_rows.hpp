#pragma once

namespace signalbox {

// Each runs a machine of its own, warms it up, and answers host nanoseconds an operation.

// One sched_yield to the return of the next thread's; metrics and hash read along.
double yield_cost(unsigned threads);
// One slice's end: 100 threads compute, nobody resumes.
double preemption_cost();
// One getpid, traced to nobody.
double null_call_cost();
// Create, first run, exit and join of one thread.
double thread_life_cost();

}  // namespace signalbox
