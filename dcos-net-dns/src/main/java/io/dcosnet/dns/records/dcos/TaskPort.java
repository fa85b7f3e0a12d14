// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import io.dcosnet.api.net.Protocol;

/**
 * One port of a task. <b>Immutable.</b>
 *
 * @param name empty when it has none
 * @param inside the port in the container, 0 when unknown
 * @param onNode the port of the node that leads there, 0 when there is none
 */
record TaskPort(String name, Protocol protocol, int inside, int onNode) {

  /** True when both speak of the same port. */
  boolean meets(TaskPort other) {
    boolean sameInside = inside != 0 && inside == other.inside;
    boolean sameOnNode = onNode != 0 && onNode == other.onNode;
    return protocol == other.protocol && (sameInside || sameOnNode);
  }

  /** What both know; of two names that of {@code older}. */
  TaskPort with(TaskPort older) {
    return new TaskPort(
        older.name.isEmpty() ? name : older.name,
        protocol,
        older.inside == 0 ? inside : older.inside,
        older.onNode == 0 ? onNode : older.onNode);
  }

  /** The port where the node's address is the only one. */
  int onSharedNetwork() {
    return onNode == 0 ? inside : onNode;
  }
}
