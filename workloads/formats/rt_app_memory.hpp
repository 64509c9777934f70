#pragma once

#include "workloads/formats/loose_json.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// The values of the memory and I/O events of rt-app, and of ours. Each throws InputError where its value is wrong.
ScriptAction read_memset(const LooseMember& member);      // "mem": bytes
ScriptAction read_io_run(const LooseMember& member);      // "iorun": bytes
ScriptAction read_memory_run(const LooseMember& member);  // "memrun": {type, size, count[, stride, pattern, ref]}
ScriptAction read_touch(const LooseMember& member);       // "touch", ours: {bytes[, pattern]}
ScriptAction read_malloc(const LooseMember& member);      // "malloc", ours: {bytes, ref[, count]}
ScriptAction read_free(const LooseMember& member);        // "free", ours: {ref[, count]}

// "mem_buffer_size" of "global".
std::uint64_t memory_buffer_of(const LooseMember& member);

}  // namespace signalbox
