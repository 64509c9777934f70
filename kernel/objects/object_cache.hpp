#pragma once

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <utility>

#include "kernel/objects/object_memory.hpp"

namespace signalbox {

// Objects of one type in the memory that is current where the cache is made: for those that fill whole cache lines or
// pages, and have no room for a word behind them. Whoever makes an object gives it back before the memory ends.
template <class T, ObjectClass object_class>
class ObjectCache {
 public:
  ObjectCache() : memory_(current_object_memory()) {}

  template <class... Arguments>
  T& make(Arguments&&... arguments) {
    return *own(std::forward<Arguments>(arguments)...).release();
  }
  void give_back(T& object) { GiveBack{memory_}(&object); }

  // Gives the object back at its end.
  struct GiveBack {
    ObjectMemory* memory = nullptr;
    void operator()(T* object) const {
      object->~T();
      free_in(memory, object_class, object, sizeof(T), alignment);
    }
  };
  using Owner = std::unique_ptr<T, GiveBack>;
  template <class... Arguments>
  Owner own(Arguments&&... arguments) {
    void* const at = allocate_in(memory_, object_class, sizeof(T), alignment);
    try {
      // Bytes that somebody is about to write are not cleared.
      if constexpr (sizeof...(Arguments) == 0) {
        return Owner(new (at) T, GiveBack{memory_});
      } else {
        return Owner(new (at) T(std::forward<Arguments>(arguments)...), GiveBack{memory_});
      }
    } catch (const std::exception&) {
      free_in(memory_, object_class, at, sizeof(T), alignment);
      throw;
    }
  }

 private:
  static constexpr std::size_t alignment = std::max(alignof(T), object_alignment);

  ObjectMemory* memory_;
};

}  // namespace signalbox
