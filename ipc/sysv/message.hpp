#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// A message on its way, with its text (struct msg_msg of ipc/msgutil.c, which both kinds of queues have).
struct Message : KernelObject<ObjectClass::msg_msg>,
                 boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  std::int64_t type = 0;  // or its priority
  std::vector<std::byte, ObjectAllocator<std::byte, ObjectClass::msg_msg>> text;
};
using MessageRef = std::unique_ptr<Message>;
inline MessageRef make_message(std::int64_t type, std::span<const std::byte> text) {
  auto made = std::make_unique<Message>();
  made->type = type;
  made->text.assign(text.begin(), text.end());
  return made;
}
using MessageList = boost::intrusive::list<Message, boost::intrusive::constant_time_size<false>>;

}  // namespace signalbox
