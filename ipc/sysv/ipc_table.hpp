#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "ipc/sysv/ipc_object.hpp"

namespace signalbox {

// All objects of one kind: places that are used again, and identifiers that say which of those that had a place one
// after another is meant (struct ipc_ids, ipc_buildid of ipc/util.c).
template <class T>
class IpcTable {
 public:
  explicit IpcTable(std::size_t most) : most_(most) {}

  // What semget(2) and its like do (ipcget). `fits(object)` has what else an existing one must be; `make()` answers
  // a Result of a std::unique_ptr. Errno::enoent, eexist, eacces, enospc, and what the two say.
  template <class Fits, class Make>
  Result<std::int32_t> get(IpcKey key, std::uint32_t flags, const Credentials& who, Fits fits, Make make) {
    T* const existing = key == ipc_private ? nullptr : find_key(key);
    if (existing == nullptr) {
      if (key != ipc_private && (flags & ipc_create) == 0) return Errno::enoent;
      return add(make);
    }
    if ((flags & ipc_create) != 0 && (flags & ipc_exclusive) != 0) return Errno::eexist;
    TRY(fits(*existing));
    TRY(existing->check(who, flags & ipc_permission_bits));
    return existing->id();
  }

  // Errno::einval: there is none, or not that one any more.
  Result<T*> find(std::int32_t id) {
    const std::size_t place = static_cast<std::size_t>(id) % places;
    if (id < 0 || place >= objects_.size() || objects_[place] == nullptr || objects_[place]->id() != id)
      return Errno::einval;
    return objects_[place].get();
  }

  // Requires that it is there. Whoever waits for it has to be told by the object before.
  void remove(std::int32_t id) {
    std::unique_ptr<T>& object = objects_[static_cast<std::size_t>(id) % places];
    forget_key(*object);
    object.reset();
    --count_;
  }
  // The key is free for another; whoever has the identifier goes on with the object.
  void forget_key(T& object) {
    if (object.key() != ipc_private) keys_.erase(object.key());
    object.forget_key();
  }

  std::size_t count() const { return count_; }
  template <class Visit>
  void for_each(Visit visit) {
    for (const auto& object : objects_) {
      if (object != nullptr) visit(*object);
    }
  }

 private:
  static constexpr std::size_t places = ipc_places;
  static constexpr std::size_t least_cycle = 64;  // ipc_min_cycle
  static constexpr std::uint16_t sequences = 65535;

  T* find_key(IpcKey key) {
    const auto found = keys_.find(key);
    return found == keys_.end() ? nullptr : found->second;
  }

  // The sequence grows whenever the place does not lie behind the last one given (ipc_addid).
  template <class Make>
  Result<std::int32_t> add(Make make) {
    std::unique_ptr<T> made = TRY(make());
    if (count_ >= most_) return Errno::enospc;
    const std::size_t place = free_place();
    if (place < next_place_) sequence_ = static_cast<std::uint16_t>((sequence_ + 1) % sequences);
    next_place_ = place + 1;
    if (place >= objects_.size()) objects_.resize(place + 1);
    const auto id = static_cast<std::int32_t>(sequence_ * places + place);
    made->named(id);
    if (made->key() != ipc_private) keys_.emplace(made->key(), made.get());
    objects_[place] = std::move(made);
    ++count_;
    return id;
  }

  // The next one behind the last one given, within a cycle that is half as long again as what is there, so that an
  // identifier comes again as late as may be (ipc_idr_alloc, idr_alloc_cyclic).
  std::size_t free_place() const {
    const std::size_t cycle = std::min(places, std::max(count_ * 3 / 2, least_cycle));
    const auto is_taken = [&](std::size_t place) { return place < objects_.size() && objects_[place] != nullptr; };
    std::size_t place = next_place_ < cycle ? next_place_ : 0;
    while (is_taken(place)) place = (place + 1) % cycle;
    return place;
  }

  std::size_t most_;
  std::vector<std::unique_ptr<T>> objects_;
  std::map<IpcKey, T*> keys_;
  std::size_t count_ = 0;
  std::size_t next_place_ = 0;
  std::uint16_t sequence_ = 0;
};

}  // namespace signalbox
