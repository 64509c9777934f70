#include "workloads/formats/xz_decoder.hpp"

#include <fmt/format.h>

#include <utility>

#include "kernel/base/check.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t most_memory = std::uint64_t{256} << 20U;  // xz -9 needs 65 MiB to unpack

}  // namespace

XzDecoder::XzDecoder(std::istream& packed, std::string file, std::string beginning)
    : packed_(packed), file_(std::move(file)), buffer_(std::move(beginning)) {
  const lzma_ret status = lzma_stream_decoder(&stream_, most_memory, LZMA_CONCATENATED);
  CHECK(status == LZMA_OK, "only a wrong flag or no memory at all stops liblzma here");
  stream_.next_in = reinterpret_cast<const std::uint8_t*>(buffer_.data());
  stream_.avail_in = buffer_.size();
}

XzDecoder::~XzDecoder() { lzma_end(&stream_); }

std::size_t XzDecoder::read(char* to, std::size_t most) {
  stream_.next_out = reinterpret_cast<std::uint8_t*>(to);
  stream_.avail_out = most;
  while (stream_.avail_out > 0 && !is_over_) {
    if (stream_.avail_in == 0) refill();
    const lzma_ret status = lzma_code(&stream_, packed_ ? LZMA_RUN : LZMA_FINISH);
    is_over_ = status == LZMA_STREAM_END;
    if (!is_over_ && status != LZMA_OK) refuse(status);
  }
  return most - stream_.avail_out;
}

void XzDecoder::refill() {
  buffer_.resize(std::size_t{1} << 16U);
  packed_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  stream_.next_in = reinterpret_cast<const std::uint8_t*>(buffer_.data());
  stream_.avail_in = static_cast<std::size_t>(packed_.gcount());
}

void XzDecoder::refuse(lzma_ret status) const {
  const std::string where = fmt::format("after {} bytes of it", stream_.total_in);
  if (status == LZMA_BUF_ERROR) throw InputError({.file = file_}, "the compressed data ends " + where, "all of it");
  if (status == LZMA_MEMLIMIT_ERROR) {
    throw InputError({.file = file_}, "unpacking takes too much memory", "what xz -9 or less has packed");
  }
  throw InputError({.file = file_}, "the compressed data is damaged " + where, "a whole file of xz");
}

bool is_xz(std::string_view beginning) {
  return beginning.starts_with(
      std::string_view("\xfd"
                       "7zXZ\0",
                       6));
}

}  // namespace signalbox
