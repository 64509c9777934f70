#include "kernel/task/user_memory.hpp"

#include <algorithm>
#include <cstring>

#include "kernel/task/kernel.hpp"
#include "kernel/task/pager.hpp"

namespace signalbox {
namespace {

constexpr std::size_t word = 8;

// The kernel's access has failed; whether it is to be made again.
bool resolve_for_kernel(Caller& caller) {
  return caller.kernel().pager()->resolve(caller, caller.thread().memory.mmu->fault()) == FaultEnd::resolved;
}

void charge_copy(Caller& caller, std::size_t bytes) {
  const Duration per_kib = caller.kernel().costs().copy_per_kib;
  caller.charge(per_kib * static_cast<std::int64_t>(bytes) / 1024);
}

}  // namespace

bool bring_in(Caller& caller, CompiledMemory& memory, std::uint64_t at, Access access) {
  return memory.is_absent(at, access) ? resolve_for_kernel(caller) : memory.reachable(at, 1, access) > 0;
}

bool bring_in_all(Caller& caller, CompiledMemory& memory, std::uint64_t at, std::uint64_t bytes, Access access) {
  while (true) {
    const std::uint64_t there = memory.reachable(at, bytes, access);
    if (there >= bytes) return true;
    if (!bring_in(caller, memory, at + there, access)) return false;
  }
}

void bring_in_for_end(Caller& caller, std::uint64_t at, std::uint64_t bytes, Access access) {
  CompiledMemory* const own = caller.process().compiled.get();
  if (own != nullptr && own->has_absent()) static_cast<void>(bring_in_all(caller, *own, at, bytes, access));
}

void UserMemory::pay() { caller_.pay_for_accesses(); }

bool UserMemory::resolve_fault() { return caller_.page_fault(); }

// What is more than the block's rest is paid for with the next one.
void UserMemory::spend(std::uint64_t accesses) {
  while (accesses > own_.mmu->budget()) {
    accesses -= own_.mmu->budget();
    pay();
  }
  own_.mmu->set_budget(own_.mmu->budget() - accesses);
}

std::span<std::byte> UserMemory::run(VirtAddr at, std::size_t most, Access access) {
  const std::size_t to_page_end = page_bytes - at.value() % page_bytes;
  spend((std::min(most, to_page_end) + word - 1) / word);
  while (true) {
    const std::span<std::byte> bytes = own_.mmu->run(at, most, access);
    if (!bytes.empty() || most == 0 || !resolve_fault()) return bytes;
  }
}

std::span<std::byte> UserMemory::span(VirtAddr at, std::size_t most, Access access) {
  const std::size_t in_page = std::min(most, page_bytes - at.value() % page_bytes);
  spend((in_page + word - 1) / word);
  const std::size_t whole_pages = own_.mmu->budget() / (page_bytes / word) * page_bytes;
  while (true) {
    const std::span<std::byte> bytes = own_.mmu->span(at, std::min(most, in_page + whole_pages), access);
    if (bytes.size() > in_page) spend((bytes.size() - in_page + word - 1) / word);  // there is budget: nobody suspends
    if (!bytes.empty() || most == 0 || !resolve_fault()) return bytes;
  }
}

void UserMemory::read(VirtAddr from, std::span<std::byte> to) {
  while (!to.empty()) {
    const std::span<std::byte> bytes = span(from, to.size(), Access::read);
    if (bytes.empty()) return;
    std::ranges::copy(bytes, to.begin());
    to = to.subspan(bytes.size());
    from += bytes.size();
  }
}

void UserMemory::write(VirtAddr to, std::span<const std::byte> from) {
  while (!from.empty()) {
    const std::span<std::byte> bytes = span(to, from.size(), Access::write);
    if (bytes.empty()) return;
    std::ranges::copy(from.first(bytes.size()), bytes.begin());
    from = from.subspan(bytes.size());
    to += bytes.size();
  }
}

Result<void> copy_from_user(Caller& caller, VirtAddr from, std::span<std::byte> to) {
  if (CompiledMemory* const own = caller.process().compiled.get()) {
    charge_copy(caller, to.size());
    for (std::size_t done = 0; done < to.size();) {
      done += own->copy_from((from + done).value(), to.subspan(done));
      if (done < to.size() && !bring_in(caller, *own, (from + done).value(), Access::read)) return Errno::efault;
    }
    return {};
  }
  if (caller.thread().memory.mmu == nullptr) return Errno::efault;
  charge_copy(caller, to.size());
  for (std::size_t done = 0; done < to.size();) {
    done += caller.thread().memory.mmu->copy_from(from + done, to.subspan(done));
    if (done < to.size() && !resolve_for_kernel(caller)) return Errno::efault;
  }
  return {};
}

Result<void> copy_to_user(Caller& caller, VirtAddr to, std::span<const std::byte> from) {
  if (CompiledMemory* const own = caller.process().compiled.get()) {
    charge_copy(caller, from.size());
    for (std::size_t done = 0; done < from.size();) {
      done += own->copy_to((to + done).value(), from.subspan(done));
      if (done < from.size() && !bring_in(caller, *own, (to + done).value(), Access::write)) return Errno::efault;
    }
    return {};
  }
  if (caller.thread().memory.mmu == nullptr) return Errno::efault;
  charge_copy(caller, from.size());
  for (std::size_t done = 0; done < from.size();) {
    done += caller.thread().memory.mmu->copy_to(to + done, from.subspan(done));
    if (done < from.size() && !resolve_for_kernel(caller)) return Errno::efault;
  }
  return {};
}

Result<std::string_view> string_from_user(Caller& caller, VirtAddr from, std::span<char> into) {
  if (caller.thread().memory.mmu == nullptr) return Errno::efault;
  for (std::size_t done = 0; done < into.size();) {
    const std::span<std::byte> bytes = caller.thread().memory.mmu->run(from + done, into.size() - done, Access::read);
    if (bytes.empty()) {
      if (!resolve_for_kernel(caller)) return Errno::efault;
      continue;
    }
    const auto end = std::ranges::find(bytes, std::byte{0});
    const auto found = static_cast<std::size_t>(end - bytes.begin());
    std::memcpy(into.data() + done, bytes.data(), found);
    done += found;
    if (end == bytes.end()) continue;
    charge_copy(caller, done);
    return std::string_view(into.data(), done);
  }
  return Errno::enametoolong;
}

}  // namespace signalbox
