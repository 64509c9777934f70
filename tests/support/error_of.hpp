#pragma once

#include <string>

#include "workloads/input_error.hpp"

namespace signalbox {

// The message of the InputError that `parse` throws; "no error" where it throws none.
template <class Parse>
std::string error_of(Parse parse) {
  try {
    parse();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace signalbox
