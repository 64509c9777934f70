#pragma once

#include <cstddef>

#include "kernel/objects/object_class.hpp"

namespace signalbox {

// Where a machine's kernel has its objects, and who counts them (kernel/alloc/objects).
class ObjectMemory {
 public:
  // Aligned to `alignment`, a power of two, and to 16 bytes. Throws std::bad_alloc.
  virtual void* allocate(ObjectClass object_class, std::size_t bytes, std::size_t alignment) = 0;
  // What allocate() answered to the same question.
  virtual void free(ObjectClass object_class, void* at, std::size_t bytes, std::size_t alignment) noexcept = 0;

 protected:
  ~ObjectMemory() = default;
};

inline constexpr std::size_t object_alignment = 16;

// While it lives, objects that this host thread makes are in `memory`. Where none lives, as in a test of one object,
// they are in the host's. No object asks again when it ends: it knows whose it is. So a machine may run on another host
// thread each time, and an object may end outside of any run.
class ObjectMemoryScope {
 public:
  explicit ObjectMemoryScope(ObjectMemory& memory);
  ~ObjectMemoryScope();
  ObjectMemoryScope(const ObjectMemoryScope&) = delete;
  ObjectMemoryScope& operator=(const ObjectMemoryScope&) = delete;

 private:
  ObjectMemory* outer_;
};

// Of the innermost scope; null: there is none.
ObjectMemory* current_object_memory();

// `bytes` in `memory`, or in the host's if that is null.
void* allocate_in(ObjectMemory* memory, ObjectClass object_class, std::size_t bytes, std::size_t alignment);
void free_in(ObjectMemory* memory, ObjectClass object_class, void* at, std::size_t bytes,
             std::size_t alignment) noexcept;

// In the current memory, which a word behind the object remembers.
void* allocate_object(ObjectClass object_class, std::size_t bytes);
void free_object(ObjectClass object_class, void* at, std::size_t bytes) noexcept;

}  // namespace signalbox
