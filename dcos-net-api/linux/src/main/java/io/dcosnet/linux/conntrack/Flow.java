// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.conntrack;

import static java.util.Objects.requireNonNull;

/**
 * A connection, or what the kernel takes for one, such as questions and answers over UDP.
 * <b>Immutable.</b>
 *
 * @param original as the client sent it; its destination is a virtual address if there was one
 * @param reply as answers come in; their source is the back end
 * @param id the kernel's number for it; a later one between the same two may get it again
 * @param zone number of a part of the table that is kept by itself; 0 for the usual one
 * @param timeoutSeconds when it is forgotten if nothing comes any more
 * @param mark number that rules wrote on it
 * @param tcpState how far it has come, as the kernel counts: 1 for a first packet without an
 *     answer, 3 for established; 0 when it does not say, or for another protocol
 */
public record Flow(
    FlowDirection original,
    FlowDirection reply,
    int id,
    int zone,
    long timeoutSeconds,
    int mark,
    int tcpState) {

  /** Both sides have closed, and have told each other. */
  private static final int LAST_ACK = 6;

  public Flow {
    requireNonNull(original, "original");
    requireNonNull(reply, "reply");
  }

  /** One of which the kernel says nothing but that it is there. */
  public Flow(
      FlowDirection original,
      FlowDirection reply,
      int id,
      int zone,
      long timeoutSeconds,
      int mark) {
    this(original, reply, id, zone, timeoutSeconds, mark, 0);
  }

  /** Whether something may still be sent; also of flows that have no end of their own. */
  public boolean isOpen() {
    return tcpState < LAST_ACK;
  }

  /** Whether it goes somewhere else than the client said. */
  public boolean isRedirected() {
    return !original.destination().equals(reply.source())
        || original.destinationPort() != reply.sourcePort();
  }

  @Override
  public String toString() {
    return "flow " + original;
  }
}
