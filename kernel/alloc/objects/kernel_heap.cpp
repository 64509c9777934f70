#include "kernel/alloc/objects/kernel_heap.hpp"

#include <algorithm>
#include <new>

#include "kernel/base/check.hpp"
#include "kernel/exec/host_bytes.hpp"

namespace signalbox::alloc {
namespace {

constexpr HeapOptions kernel_options{
    .dirty_decay = Duration(-1), .muzzy_decay = Duration(-1), .first_growth = std::uint64_t{128} << 10U};

ClassIndex class_of(std::size_t bytes, std::size_t alignment) {
  using KernelClasses = Heap<KernelPlatform>;
  return alignment <= object_alignment ? KernelClasses::class_for(bytes) : KernelClasses::class_for(bytes, alignment);
}

// What a block of the class takes.
std::uint64_t bytes_of(ClassIndex size_class) {
  return size_class < small_class_count ? slab_shapes[size_class].bytes : class_bytes(size_class);
}

void add(ObjectCounts& counts, std::uint64_t bytes) {
  ++counts.ever;
  counts.peak = std::max(counts.peak, ++counts.live);
  counts.peak_bytes = std::max(counts.peak_bytes, counts.bytes += bytes);
}

void remove(ObjectCounts& counts, std::uint64_t bytes) {
  --counts.live;
  counts.bytes -= bytes;
}

}  // namespace

void* KernelPlatform::place(VirtAddr at) { return host_bytes(at.value(), 0).data(); }

KernelHeap::KernelHeap()
    : heap_({.source = pages_, .memory = memory_, .metadata = metadata_, .clock = clock_, .options = kernel_options}),
      cache_(heap_.start() ? heap_.adopt_cache() : nullptr) {
  CHECK(cache_ != nullptr, "a store on the host's heap gives memory, or throws");
}

KernelHeap::~KernelHeap() {
  if (total_.live == 0) [[likely]]
    return;
  const std::string left = "kernel objects outlive their machine: " + live_objects();
  check_failed("total_.live == 0", left.c_str());
}

void* KernelHeap::allocate(ObjectClass object_class, std::size_t bytes, std::size_t alignment) {
  const VirtAddr at = alignment <= object_alignment ? heap_.allocate(*cache_, bytes)
                                                    : heap_.allocate_aligned(*cache_, alignment, bytes);
  if (at == VirtAddr()) throw std::bad_alloc();
  const std::uint64_t taken = bytes_of(class_of(bytes, alignment));
  add(counts_[static_cast<std::size_t>(object_class)], taken);
  add(total_, taken);
  return KernelPlatform::place(at);
}

void KernelHeap::free(ObjectClass object_class, void* at, std::size_t bytes, std::size_t alignment) noexcept {
  const ClassIndex size_class = class_of(bytes, alignment);
  const Misuse misuse = heap_.free_sized(*cache_, VirtAddr(host_address(at)), size_class);
  CHECK(misuse == Misuse::none, "a kernel object is freed once, and where it was made");
  const std::uint64_t taken = bytes_of(size_class);
  remove(counts_[static_cast<std::size_t>(object_class)], taken);
  remove(total_, taken);
}

std::string KernelHeap::live_objects() const {
  std::string text;
  for (std::size_t i = 0; i < object_class_count; ++i) {
    if (counts_[i].live == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(counts_[i].live) + " ";
    text += to_string(static_cast<ObjectClass>(i));
  }
  return text;
}

}  // namespace signalbox::alloc
