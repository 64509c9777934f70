#include "workloads/script_memory.hpp"

#include <algorithm>
#include <bit>

namespace signalbox {
namespace {

// Calls visit(index) for all below `count`, upwards or by the value of their bits in reverse.
template <class Visit>
void for_each_index(std::uint64_t count, bool is_reversed, Visit visit) {
  const auto bits = static_cast<unsigned>(std::bit_width(count - 1));
  for (std::uint64_t index = 0; index < std::uint64_t{1} << bits; ++index) {
    std::uint64_t at = index;
    if (is_reversed) {
      at = 0;
      for (unsigned bit = 0; bit < bits; ++bit) at |= (index >> bit & 1) << (bits - 1 - bit);
    }
    if (at < count) visit(at);
  }
}

void clear(Guest& guest, VirtAddr buffer, const ScriptMemory& event) {
  for (std::uint64_t done = 0; done < event.count;) {
    const std::uint64_t at = done % event.size;
    const std::uint64_t most = std::min(event.count - done, event.size - at);
    const std::span<std::byte> bytes = guest.memory().span(buffer + at, most, Access::write);
    std::ranges::fill(bytes, std::byte{0});
    done += bytes.size();
  }
}

void write_bytes(Guest& guest, Uptr<std::uint8_t> buffer, const ScriptMemory& event) {
  std::uint64_t at = 0;
  for (std::uint64_t done = 0; done < event.count; ++done) {
    guest.store(buffer + at, static_cast<std::uint8_t>(done));
    if (++at == event.size) at = 0;
  }
}

void read_bytes(Guest& guest, Uptr<std::uint8_t> buffer, const ScriptMemory& event) {
  std::uint64_t at = 0;
  for (std::uint64_t done = 0; done < event.count; ++done) {
    guest.load(buffer + at);
    if (++at == event.size) at = 0;
  }
}

// The chain is laid anew each time: other events may have written there.
void chase(Guest& guest, VirtAddr buffer, const ScriptMemory& event) {
  const std::uint64_t pointers = std::max<std::uint64_t>(event.size / event.stride, 1);
  VirtAddr last = buffer;  // index 0 comes first in both orders
  for_each_index(pointers, event.is_random, [&](std::uint64_t index) {
    const VirtAddr here = buffer + index * event.stride;
    if (index != 0) guest.store(Uptr<std::uint64_t>(last), here.value());
    last = here;
  });
  guest.store(Uptr<std::uint64_t>(last), buffer.value());
  VirtAddr at = buffer;
  for (std::uint64_t done = 0; done < event.count; ++done) at = VirtAddr(guest.load(Uptr<std::uint64_t>(at)));
}

void touch(Guest& guest, VirtAddr buffer, const ScriptMemory& event) {
  for_each_index((event.size + page_bytes - 1) / page_bytes, event.is_random,
                 [&](std::uint64_t page) { guest.store(Uptr<std::uint8_t>(buffer + page * page_bytes), 1); });
}

Result<int> allocate(Guest& guest, const ScriptMemory& event, SharedBlocks& blocks) {
  for (std::uint64_t i = 0; i < event.count; ++i) {
    const VirtAddr block = TRY(guest.malloc(event.size));
    for (std::uint64_t at = 0; at < event.size; at += page_bytes) guest.store(Uptr<std::uint8_t>(block + at), 1);
    blocks.of[guest.caller().process().space_id].push_back(block);
  }
  return 0;
}

// Each call may suspend, and other threads take blocks meanwhile.
void give_back(Guest& guest, const ScriptMemory& event, SharedBlocks& blocks) {
  for (std::uint64_t i = 0; i < event.count; ++i) {
    std::vector<VirtAddr>& own = blocks.of[guest.caller().process().space_id];
    if (own.empty()) return;
    const VirtAddr last = own.back();
    own.pop_back();
    guest.free(last);
  }
}

// Threads of a process share an open file, as rt-app's do (init_iodev_resource and ioload of src/rt-app.c, 1.0).
Result<Fd> device_for(Guest& guest, const std::string& path, ScriptObjects& objects) {
  const auto known = objects.io_devices.find(guest.caller().process().space_id);
  if (known != objects.io_devices.end()) return known->second;
  const Fd opened = TRY(guest.open(path, o_creat | o_wronly, 0644));
  const auto [at, is_first] = objects.io_devices.emplace(guest.caller().process().space_id, opened);
  if (!is_first) TRY(guest.close(opened));  // another thread has opened it meanwhile
  return at->second;
}

Result<int> output(Guest& guest, VirtAddr buffer, const ScriptMemory& event, Fd device) {
  for (std::uint64_t left = event.count; left > 0;)
    left -= TRY(guest.write(device, buffer, std::min(left, event.size)));
  return 0;
}

}  // namespace

ScriptBuffers::ScriptBuffers(const Script& script) : io_device_(script.io_device) {
  for (const ScriptMemory& event : script.memory) {
    if (event.buffer == ScriptMemory::own) bytes_ = std::max(bytes_, event.size);
  }
}

Result<VirtAddr> ScriptBuffers::buffer_for(Guest& guest, const ScriptMemory& event, ScriptObjects& objects) {
  const bool is_own = event.buffer == ScriptMemory::own;
  VirtAddr& at = is_own ? own_ : objects.buffers[event.buffer].at[guest.caller().process().space_id];
  if (at == VirtAddr()) {
    const std::uint64_t bytes = is_own ? bytes_ : objects.buffers[event.buffer].bytes;
    const std::uint64_t whole = bytes + 8;  // a pointer may begin in the last bytes
    const VirtAddr made = TRY(guest.mmap({.bytes = whole}));
    if (at == VirtAddr()) {
      at = made;
    } else {
      TRY(guest.munmap(made, whole));  // another thread has made it meanwhile
    }
  }
  return at;
}

Result<int> ScriptBuffers::perform(Guest& guest, const ScriptMemory& event, ScriptObjects& objects) {
  if (event.deed == ScriptMemory::Deed::malloc) return allocate(guest, event, objects.blocks[event.buffer]);
  if (event.deed == ScriptMemory::Deed::free) {
    give_back(guest, event, objects.blocks[event.buffer]);
    return 0;
  }
  // Devices do not look at what is written to them; a file needs memory.
  const bool needs_buffer = event.deed != ScriptMemory::Deed::output || guest.has_memory();
  const VirtAddr buffer = needs_buffer ? TRY(buffer_for(guest, event, objects)) : VirtAddr();
  if (event.size == 0) return 0;
  switch (event.deed) {
    case ScriptMemory::Deed::clear:
      clear(guest, buffer, event);
      break;
    case ScriptMemory::Deed::write:
      write_bytes(guest, Uptr<std::uint8_t>(buffer), event);
      break;
    case ScriptMemory::Deed::read:
      read_bytes(guest, Uptr<std::uint8_t>(buffer), event);
      break;
    case ScriptMemory::Deed::chase:
      chase(guest, buffer, event);
      break;
    case ScriptMemory::Deed::touch:
      touch(guest, buffer, event);
      break;
    case ScriptMemory::Deed::malloc:
    case ScriptMemory::Deed::free:
      break;
    case ScriptMemory::Deed::output:
      return output(guest, buffer, event, TRY(device_for(guest, io_device_, objects)));
  }
  return 0;
}

}  // namespace signalbox
