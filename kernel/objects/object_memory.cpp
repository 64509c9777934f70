#include "kernel/objects/object_memory.hpp"

#include <cstring>
#include <new>
#include <utility>

namespace signalbox {
namespace {

constinit thread_local ObjectMemory* current_memory = nullptr;

constexpr std::size_t owner_bytes = sizeof(ObjectMemory*);

}  // namespace

ObjectMemoryScope::ObjectMemoryScope(ObjectMemory& memory) : outer_(std::exchange(current_memory, &memory)) {}

ObjectMemoryScope::~ObjectMemoryScope() { current_memory = outer_; }

ObjectMemory* current_object_memory() { return current_memory; }

void* allocate_in(ObjectMemory* memory, ObjectClass object_class, std::size_t bytes, std::size_t alignment) {
  if (memory != nullptr) return memory->allocate(object_class, bytes, alignment);
  return ::operator new(bytes, std::align_val_t(alignment));
}

void free_in(ObjectMemory* memory, ObjectClass object_class, void* at, std::size_t bytes,
             std::size_t alignment) noexcept {
  if (memory != nullptr) return memory->free(object_class, at, bytes, alignment);
  ::operator delete(at, std::align_val_t(alignment));
}

void* allocate_object(ObjectClass object_class, std::size_t bytes) {
  ObjectMemory* const owner = current_memory;
  void* const at = allocate_in(owner, object_class, bytes + owner_bytes, object_alignment);
  std::memcpy(static_cast<std::byte*>(at) + bytes, &owner, owner_bytes);
  return at;
}

void free_object(ObjectClass object_class, void* at, std::size_t bytes) noexcept {
  ObjectMemory* owner = nullptr;
  std::memcpy(&owner, static_cast<std::byte*>(at) + bytes, owner_bytes);
  free_in(owner, object_class, at, bytes + owner_bytes, object_alignment);
}

}  // namespace signalbox
