// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

/** Which writes count as taken in. */
@FunctionalInterface
public interface Seen {
  boolean has(Dot dot);
}
