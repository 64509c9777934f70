#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace signalbox {

// Objects of one type at addresses that stay, made and given back in constant time; the last one given back is reused
// first. Whoever makes an object gives it back before the slab ends.
template <class T>
class Slab {
 public:
  Slab() = default;
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;

  template <class... Arguments>
  T& make(Arguments&&... arguments) {
    if (free_ == nullptr) grow();
    Cell* cell = free_;
    Cell* next = cell->next;
    T* object = new (cell->bytes) T(std::forward<Arguments>(arguments)...);
    free_ = next;
    return *object;
  }

  void give_back(T& object) {
    object.~T();
    Cell* cell = new (static_cast<void*>(&object)) Cell;
    cell->next = free_;
    free_ = cell;
  }

 private:
  union Cell {
    Cell* next = nullptr;
    alignas(T) std::byte bytes[sizeof(T)];
  };
  static constexpr std::size_t chunk_bytes = std::size_t{64} * 1024;
  static constexpr std::size_t chunk_cells = sizeof(Cell) >= chunk_bytes ? 1 : chunk_bytes / sizeof(Cell);

  void grow() {
    chunks_.push_back(std::make_unique<Cell[]>(chunk_cells));
    for (std::size_t i = chunk_cells; i-- > 0;) {
      Cell& cell = chunks_.back()[i];
      cell.next = free_;
      free_ = &cell;
    }
  }

  std::vector<std::unique_ptr<Cell[]>> chunks_;
  Cell* free_ = nullptr;
};

}  // namespace signalbox
