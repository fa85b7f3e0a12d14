// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Request;

/**
 * The number that the kernel gives to all of its rules together, which is another one after each
 * change by anybody. <b>Immutable.</b>
 *
 * @param number without meaning but for being the same or not
 * @param thread the kernel's number of the thread that made the change, or of the one that asks; so
 *     a thread can know its own changes
 */
public record NftGeneration(int number, int thread) {

  /** Type of messages that tell of a generation; monitors hear one after each change. */
  public static final int NEW = 0x0a0f;

  /** What monitors join to hear of all changes of nftables. */
  public static final int GROUP = 7;

  private static final int GET = 0x0a10;

  private static final int FIXED = 4;
  private static final int NUMBER = 1;
  private static final int THREAD = 2;

  /** Whether exactly one change lies between the two. */
  public boolean isNextAfter(NftGeneration before) {
    int next = before.number + 1;
    return number == (next == 0 ? 1 : next); // the kernel leaves out 0
  }

  static Request get() {
    return Request.of("show", "generation of nftables", GET, 0, writer -> writer.zeros(FIXED));
  }

  /** Reads a message of type {@link #NEW}. */
  public static NftGeneration read(Message message) {
    Attributes attributes = message.attributes(FIXED);
    return new NftGeneration(
        attributes.get(NUMBER).big32(), attributes.find(THREAD).map(Attribute::big32).orElse(0));
  }
}
