// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message.SyncEntries.Entry;
import java.util.List;

/** Takes what comes by an exchange, up to how much one exchange may change here. */
final class SyncLimits {

  /** Most members that are looked at. */
  static final int MAX_RECORDS = 200_000;

  private final Node node;
  private final int maxUnknown;
  private int records;
  private int unknown;

  SyncLimits(Node node) {
    this.node = node;
    this.maxUnknown = 2 * Math.max(node.table.living(), 1000);
  }

  /** Learns a fact, unless there were too many. */
  void learn(Fact fact, Hearsay how) {
    if (++records > MAX_RECORDS
        || (node.table.find(fact.node()) == null && ++unknown > maxUnknown)) {
      node.metrics.syncLimited(1);
      return;
    }
    node.beliefs.learn(fact, how);
  }

  /** How many of these entries can still be looked at. */
  int admit(List<Entry> entries) {
    int admitted = Math.min(entries.size(), MAX_RECORDS - records);
    records += admitted;
    node.metrics.syncLimited(entries.size() - admitted);
    return admitted;
  }

  /** Whether one more unknown member may be asked for. */
  boolean admitUnknown() {
    if (++unknown > maxUnknown) {
      node.metrics.syncLimited(1);
      return false;
    }
    return true;
  }
}
