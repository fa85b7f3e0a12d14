// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import java.util.List;
import java.util.TreeMap;

/**
 * What the kernel says to requests with successive sequence numbers of which only the last is
 * confirmed: whatever else comes is a refusal. <b>Not thread-safe.</b>
 */
final class Answers {

  private final int firstSequence;
  private final List<Request> requests;
  private final TreeMap<Integer, KernelAnswer> refused = new TreeMap<>();
  private boolean complete;

  Answers(int firstSequence, List<Request> requests) {
    this.firstSequence = firstSequence;
    this.requests = requests;
  }

  /** Reads on; messages that belong to others are passed over. */
  void take(List<Message> messages) {
    for (Message message : messages) {
      int index = message.sequence() - firstSequence; // numbers may have begun anew at -2³¹
      if (message.type() != Message.ERROR || index < 0 || index >= requests.size()) {
        continue;
      }
      KernelAnswer answer = KernelAnswer.of(message);
      if (answer.isRefusal()) {
        refused.put(index, answer);
      }
      complete |= index == requests.size() - 1;
    }
  }

  /** Whether there is an answer to the last one. */
  boolean isComplete() {
    return complete;
  }

  boolean hasRefusals() {
    return !refused.isEmpty();
  }

  boolean isRefused(int index) {
    return refused.containsKey(index);
  }

  /** Adds what was refused; the first request counts as the one with this index. */
  void refusals(int firstIndex, List<Refusal> target) {
    refused.forEach(
        (index, answer) -> target.add(answer.refusal(firstIndex + index, requests.get(index))));
  }
}
