#pragma once

#include <lzma.h>

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>

namespace signalbox {

// Unpacks what xz(1) has packed, piece by piece (the .xz file format, version 1.2.1). Several streams one behind the
// other are one text, as for xz.
class XzDecoder {
 public:
  // `packed` is what follows `beginning`, which is as is_xz() says; it must outlive this. Errors name `file`.
  XzDecoder(std::istream& packed, std::string file, std::string beginning);
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder();

  // At most `most` bytes; fewer only at the end of the text. Throws InputError where the packed bytes are damaged, end
  // too early, or would need more memory than any usual compression level.
  std::size_t read(char* to, std::size_t most);

 private:
  void refill();
  [[noreturn]] void refuse(lzma_ret status) const;

  std::istream& packed_;
  std::string file_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::string buffer_;
  bool is_over_ = false;
};

// By the six bytes with which such files begin.
bool is_xz(std::string_view beginning);

}  // namespace signalbox
