// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.linux.conntrack.Conntrack;
import io.dcosnet.linux.conntrack.Conntrack.Deletion;
import io.dcosnet.linux.conntrack.Flow;
import io.dcosnet.linux.conntrack.FlowFilter;
import java.util.List;

/** The flows that the kernel tracks, as far as they matter here. <b>Confined to</b> one thread. */
interface FlowTable {

  List<Flow> flows(boolean ipv4);

  List<Flow> flows(FlowFilter filter);

  /** Deletes each of these that is still there. */
  Deletion delete(List<Flow> flows);

  static FlowTable of(Conntrack conntrack) {
    return new FlowTable() {
      @Override
      public List<Flow> flows(boolean ipv4) {
        return conntrack.flows(ipv4);
      }

      @Override
      public List<Flow> flows(FlowFilter filter) {
        return conntrack.flows(filter);
      }

      @Override
      public Deletion delete(List<Flow> flows) {
        return conntrack.tryDelete(flows);
      }
    };
  }
}
