#pragma once

#include <string>
#include <vector>

namespace signalbox {

// The files that a command is about to write. Made before anything is written, it refuses what cannot be written, two
// outputs in one file, and an output that would overwrite the input. Unless keep() is called it takes the files away
// again, so that nobody takes a torso for a result. Empty paths and "-" are no files.
class ClaimedOutputs {
 public:
  // `kept` are files that others write and keep, there already or not: no output may be one of them. Throws InputError;
  // then no file has been created or changed.
  ClaimedOutputs(std::vector<std::string> outputs, const std::vector<std::string>& inputs,
                 const std::vector<std::string>& kept = {});
  ~ClaimedOutputs();
  ClaimedOutputs(const ClaimedOutputs&) = delete;
  ClaimedOutputs& operator=(const ClaimedOutputs&) = delete;

  // The work is done: the files stay.
  void keep() { is_kept_ = true; }

 private:
  std::vector<std::string> outputs_;
  bool is_kept_ = false;
};

}  // namespace signalbox
