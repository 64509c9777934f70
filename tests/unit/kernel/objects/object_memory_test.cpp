#include "kernel/objects/object_memory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include "kernel/objects/kernel_object.hpp"
#include "kernel/objects/object_cache.hpp"

namespace signalbox::object_memory_test {
namespace {

// Counts what it gave and got back, and is strict about sizes.
class CountingMemory final : public ObjectMemory {
 public:
  ~CountingMemory() { EXPECT_TRUE(blocks_.empty()); }

  void* allocate(ObjectClass object_class, std::size_t bytes, std::size_t alignment) override {
    void* const at = ::operator new(bytes, std::align_val_t(alignment));
    blocks_[at] = {object_class, bytes, alignment};
    return at;
  }
  void free(ObjectClass object_class, void* at, std::size_t bytes, std::size_t alignment) noexcept override {
    EXPECT_EQ(blocks_.at(at), (Block{object_class, bytes, alignment}));
    blocks_.erase(at);
    ::operator delete(at, std::align_val_t(alignment));
  }
  std::size_t live() const { return blocks_.size(); }

 private:
  struct Block {
    ObjectClass object_class;
    std::size_t bytes;
    std::size_t alignment;
    bool operator==(const Block&) const = default;
  };
  std::map<void*, Block> blocks_;
};

struct Base {
  virtual ~Base() = default;
  std::uint64_t word = 1;
};
struct Derived final : Base, KernelObject<ObjectClass::filp> {
  std::array<std::uint64_t, 5> more{};
};

struct alignas(128) Lines {
  std::array<std::byte, 256> bytes;
};

TEST(ObjectMemory, ObjectDeletedThroughItsBaseGoesBackWithItsOwnSize) {
  CountingMemory memory;
  std::unique_ptr<Base> object;
  {
    const ObjectMemoryScope scope(memory);
    object = std::make_unique<Derived>();
  }
  EXPECT_EQ(memory.live(), 1U);
  object.reset();  // outside of any scope
  EXPECT_EQ(memory.live(), 0U);
}

TEST(ObjectMemory, ObjectMadeOutsideOfAnyScopeIsTheHosts) {
  CountingMemory memory;
  auto object = std::make_unique<Derived>();
  const ObjectMemoryScope scope(memory);
  object.reset();
  EXPECT_EQ(memory.live(), 0U);
}

TEST(ObjectMemory, InnerScopeEndsAndTheOuterOneIsCurrentAgain) {
  CountingMemory outer;
  CountingMemory inner;
  const ObjectMemoryScope scope(outer);
  {
    const ObjectMemoryScope nested(inner);
    EXPECT_EQ(current_object_memory(), &inner);
  }
  EXPECT_EQ(current_object_memory(), &outer);
}

TEST(ObjectMemory, ContainersMayTradeElementsOfDifferentMemories) {
  using Numbers = std::vector<std::uint32_t, ObjectAllocator<std::uint32_t, ObjectClass::iovec>>;
  CountingMemory memory;
  Numbers hosts{1, 2, 3};
  {
    const ObjectMemoryScope scope(memory);
    Numbers own{4, 5, 6, 7, 8};
    std::swap(own, hosts);
    EXPECT_EQ(memory.live(), 1U);
  }
  EXPECT_EQ(hosts, (Numbers{4, 5, 6, 7, 8}));
  EXPECT_EQ(memory.live(), 1U);
  hosts = Numbers();
  hosts.shrink_to_fit();
  EXPECT_EQ(memory.live(), 0U);
}

TEST(ObjectCache, ObjectsAreAlignedAndGoBackToWhereTheCacheWasMade) {
  using Cache = ObjectCache<Lines, ObjectClass::task_struct>;
  CountingMemory memory;
  std::optional<Cache> cache;
  {
    const ObjectMemoryScope scope(memory);
    cache.emplace();
  }
  Lines& made = cache->make();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&made) % alignof(Lines), 0U);
  Cache::Owner owner = cache->own();
  EXPECT_EQ(memory.live(), 2U);
  cache->give_back(made);
  owner.reset();
  EXPECT_EQ(memory.live(), 0U);
}

struct Refusing {
  explicit Refusing(int) { throw std::bad_alloc(); }
};

TEST(ObjectCache, ObjectWhoseConstructorThrowsLeavesNothing) {
  CountingMemory memory;
  const ObjectMemoryScope scope(memory);
  ObjectCache<Refusing, ObjectClass::filp> cache;
  EXPECT_THROW(cache.make(1), std::bad_alloc);
  EXPECT_EQ(memory.live(), 0U);
}

}  // namespace
}  // namespace signalbox::object_memory_test
