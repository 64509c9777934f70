#pragma once

namespace signalbox {

// What a compiled program may see of the host's addresses (%p, hashes of pointers) is to be the same in every run:
// where one of the words names such a program, starts this program once more without address randomisation
// (personality(2)), and comes back only where the host refuses, or it is off already.
void fix_addresses(int argc, const char* const* argv);

}  // namespace signalbox
