#pragma once

#include <cstddef>
#include <new>

#include "kernel/objects/object_memory.hpp"

namespace signalbox {

// A base of what the kernel makes by `new`: it is in the machine's memory then, and counted. An object that a pointer
// to a base deletes names its class itself, not in the base, and has a virtual destructor, which knows its size.
template <ObjectClass object_class>
class KernelObject {
 public:
  static void* operator new(std::size_t bytes) { return allocate_object(object_class, bytes); }
  static void operator delete(void* at, std::size_t bytes) noexcept { free_object(object_class, at, bytes); }
  // Overaligned ones are made by an ObjectCache.
  static void* operator new(std::size_t bytes, std::align_val_t) = delete;

 protected:
  KernelObject() = default;
  ~KernelObject() = default;
};

// The same for the elements of a container of the standard library.
template <class T, ObjectClass object_class>
class ObjectAllocator {
 public:
  using value_type = T;
  template <class Other>
  struct rebind {
    using other = ObjectAllocator<Other, object_class>;
  };

  ObjectAllocator() = default;
  template <class Other>
  ObjectAllocator(const ObjectAllocator<Other, object_class>&) {}

  T* allocate(std::size_t count) {
    static_assert(alignof(T) <= object_alignment);
    return static_cast<T*>(allocate_object(object_class, count * sizeof(T)));
  }
  void deallocate(T* at, std::size_t count) noexcept { free_object(object_class, at, count * sizeof(T)); }

  bool operator==(const ObjectAllocator&) const { return true; }
};

}  // namespace signalbox
