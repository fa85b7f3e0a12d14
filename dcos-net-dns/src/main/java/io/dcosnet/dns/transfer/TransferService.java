// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Answers the messages that are about whole zones; listeners ask it before anything else.
 *
 * <p><b>Thread-safe.</b> Called on event loops; must not block.
 */
public interface TransferService {

  /**
   * False when it is certain that the message is somebody else's. Looks at a few octets and
   * allocates nothing, which {@link #answer} need not.
   */
  default boolean mayConcern(byte[] message, int offset, int length) {
    return true;
  }

  /**
   * Answers a message if it is one of those.
   *
   * @param message not changed, and not kept
   * @return null when the message is somebody else's
   */
  @Nullable Responses answer(
      byte[] message, int offset, int length, IpAddress client, Protocol protocol);

  /**
   * One or many messages that answer one, made when they are asked for, so that a slow reader holds
   * no more than one. <b>Confined to</b> one thread.
   */
  interface Responses extends AutoCloseable {

    /**
     * Makes the next message.
     *
     * @return its length in {@link #octets}; 0 when there is none left
     */
    int next();

    /** Where the last message stands, from index 0. */
    byte[] octets();

    /** Must be called at the end, also when not all was asked for; idempotent. */
    @Override
    void close();
  }
}
