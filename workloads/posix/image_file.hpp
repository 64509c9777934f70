#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

// What `signalbox cc` says about a program in the program itself: how it was made, for the records of runs.
struct ImageNote {
  unsigned version = 0;
  std::string compiler;  // name and version
  std::string flags;     // of compiling and linking, as given
};

// The text of the note's section, and back; one line a part.
std::string note_text(const ImageNote& note);

// A program as it lies on the host's disk.
struct ImageFile {
  std::string path;
  ImageNote note;
  std::string hash;  // of the whole file, 16 hexadecimal digits
};

// Whether a file that begins like that may be a program: an ELF file.
bool begins_like_image(std::string_view beginning);

// Throws InputError: it cannot be read, `signalbox cc` did not make it, or another version of Signalbox did.
ImageFile read_image_file(const std::string& path);

}  // namespace signalbox
