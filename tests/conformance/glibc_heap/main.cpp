// glibc_heap REQUESTS ANSWERS: makes the requests of the one file and writes the answers to the other. Nothing else
// here may allocate, so files are mapped.
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>

#include "tests/conformance/glibc_heap/heap_request.hpp"

namespace {

using signalbox::HeapAnswer;
using signalbox::HeapRequest;

std::array<void*, signalbox::most_heap_blocks> blocks;

void* answer_of(const HeapRequest& request) {
  void*& block = blocks[request.block];
  switch (request.kind) {
    case HeapRequest::Kind::malloc:
      return block = std::malloc(request.bytes);
    case HeapRequest::Kind::calloc:
      return block = std::calloc(1, request.bytes);
    case HeapRequest::Kind::aligned:
      return block = memalign(request.alignment, request.bytes);
    case HeapRequest::Kind::realloc:
      return block = std::realloc(block, request.bytes);
    case HeapRequest::Kind::free:
      std::free(block);
      return block = nullptr;
  }
  return nullptr;
}

void* map_file(const char* path, int flags, std::size_t bytes) {
  const int file = open(path, flags | O_CLOEXEC, 0600);
  if (file < 0 || (flags != O_RDONLY && ftruncate(file, static_cast<off_t>(bytes)) != 0)) _exit(2);
  const int rights = flags == O_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE;
  void* const at = mmap(nullptr, bytes, rights, MAP_SHARED, file, 0);
  if (at == MAP_FAILED) _exit(2);
  return at;
}

}  // namespace

int main(int argc, char** argv) {
  struct stat status{};
  if (argc != 3 || stat(argv[1], &status) != 0) return 2;
  const std::size_t count = static_cast<std::size_t>(status.st_size) / sizeof(HeapRequest);
  const auto* requests = static_cast<const HeapRequest*>(map_file(argv[1], O_RDONLY, count * sizeof(HeapRequest)));
  auto* answers = static_cast<HeapAnswer*>(map_file(argv[2], O_RDWR | O_CREAT, count * sizeof(HeapAnswer)));
  const char* const begin = static_cast<const char*>(sbrk(0));
  for (std::size_t i = 0; i < count; ++i) {
    const char* const at = static_cast<const char*>(answer_of(requests[i]));
    const auto offset = static_cast<std::uint64_t>(at - begin);
    answers[i].at = at == nullptr ? 0 : offset > signalbox::in_a_mapping ? signalbox::in_a_mapping : offset;
    answers[i].end_of_break = static_cast<std::uint64_t>(static_cast<const char*>(sbrk(0)) - begin);
  }
  _exit(0);
}
