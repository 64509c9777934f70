#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace signalbox {

// Objects of one type at addresses that stay, made and given back in constant time; the last one given back is reused
// first. Whoever makes an object gives it back before the slab ends. `Memory` has take(bytes), which answers memory for
// one more object, aligned for it, that lives as long as the slab.
template <class T, class Memory>
class Slab {
 public:
  Slab() = default;
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;

  template <class... Arguments>
  T& make(Arguments&&... arguments) {
    if (free_ == nullptr) give_back_cell(memory_.take(sizeof(Cell)));
    Cell* cell = free_;
    Cell* next = cell->next;
    T* object = new (cell->bytes) T(std::forward<Arguments>(arguments)...);
    free_ = next;
    return *object;
  }

  void give_back(T& object) {
    object.~T();
    give_back_cell(&object);
  }

 private:
  union Cell {
    Cell* next = nullptr;
    alignas(T) std::byte bytes[sizeof(T)];
  };

  void give_back_cell(void* memory) {
    Cell* cell = new (memory) Cell;
    cell->next = free_;
    free_ = cell;
  }

  Memory memory_;
  Cell* free_ = nullptr;
};

}  // namespace signalbox
