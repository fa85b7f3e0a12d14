// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.Errno;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the kernel ended a request: well, or with a refusal and why.
 *
 * @param errno 0 when it is done
 * @param words what the kernel said besides
 * @param faultAt the octet of the request at which it took offence
 */
record KernelAnswer(int errno, Optional<String> words, OptionalInt faultAt) {

  private static final int CAPPED = 0x100;
  private static final int HAS_ATTRIBUTES = 0x200;

  private static final int WORDS = 1;
  private static final int FAULT_AT = 2;
  private static final int MISSING_TYPE = 5;

  /** Reads a message of type {@link Message#ERROR} or {@link Message#DONE}. */
  static KernelAnswer of(Message message) {
    if (message.type() == Message.DONE && message.payloadOctets() < 4) {
      return new KernelAnswer(0, Optional.empty(), OptionalInt.empty());
    }
    int error = message.fixed(4).getInt(0);
    if (error > 0) {
      throw new DecodeException("error of " + message + ": " + error + " (expected: 0 or less)", 0);
    }
    if (!message.has(HAS_ATTRIBUTES)) {
      return new KernelAnswer(-error, Optional.empty(), OptionalInt.empty());
    }
    Attributes more = message.attributes(attributesAt(message));
    Optional<String> said = more.find(WORDS).map(Attribute::text);
    if (said.isEmpty()) {
      said = more.find(MISSING_TYPE).map(type -> "attribute " + type.u32() + " is missing");
    }
    OptionalInt at =
        more.find(FAULT_AT).stream().mapToInt(Attribute::u32).filter(place -> place >= 0).findAny();
    return new KernelAnswer(-error, said, at);
  }

  /** Behind the error, and behind the request of which the kernel may send all or the header. */
  private static int attributesAt(Message message) {
    if (message.type() == Message.DONE) {
      return 4;
    }
    ByteBuffer fixed = message.fixed(4 + Message.HEADER_OCTETS);
    int echoed = message.has(CAPPED) ? Message.HEADER_OCTETS : fixed.getInt(4);
    if (echoed < Message.HEADER_OCTETS || echoed > message.payloadOctets() - 4) {
      throw new DecodeException("length of the refused request: " + echoed, 4);
    }
    return 4 + echoed + 3 & ~3;
  }

  boolean isRefusal() {
    return errno != 0;
  }

  Refusal refusal(int index, Request request) {
    return new Refusal(index, request, new Errno(errno), words, faultAt);
  }
}
