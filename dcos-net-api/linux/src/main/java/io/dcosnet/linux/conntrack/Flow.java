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
 */
public record Flow(
    FlowDirection original, FlowDirection reply, int id, int zone, long timeoutSeconds, int mark) {

  public Flow {
    requireNonNull(original, "original");
    requireNonNull(reply, "reply");
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
