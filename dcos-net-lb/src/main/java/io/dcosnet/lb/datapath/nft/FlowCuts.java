// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.conntrack.Conntrack.Deletion;
import io.dcosnet.linux.conntrack.Flow;
import io.dcosnet.linux.conntrack.FlowDirection;
import io.dcosnet.linux.conntrack.FlowFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Takes from connections the way to their back end. The next packet of the client then meets the
 * rules as they are: over UDP it goes to another back end, over TCP it is answered with a reset.
 *
 * <p><b>Confined to</b> one thread.
 */
final class FlowCuts {

  /** Asking for all flows costs the kernel not much more than asking for those of one service. */
  private static final int FEW = 4;

  private final FlowTable table;

  FlowCuts(FlowTable table) {
    this.table = table;
  }

  /**
   * What came of a cut.
   *
   * @param count flows that were cut
   * @param failed services of which some were not, with the kernel's words
   */
  record Cut(int count, Map<Frontend, String> failed) {
    static final Cut NOTHING = new Cut(0, Map.of());

    Cut {
      failed = Map.copyOf(failed);
    }
  }

  /**
   * Cuts the flows of services that go elsewhere than they may.
   *
   * @param allowed for each service that is looked at, where its flows may go
   * @param used gets those that have flows
   */
  Cut cut(Map<Frontend, Set<HostPort>> allowed, Set<Frontend> used) {
    return cut(strays(allowed, used));
  }

  /** Flows of services that go elsewhere than they may; see the other one. */
  List<Flow> strays(Map<Frontend, Set<HostPort>> allowed, Set<Frontend> used) {
    List<Flow> strays = new ArrayList<>();
    for (Flow flow : flows(allowed.keySet())) {
      Frontend frontend = frontend(flow);
      Set<HostPort> may = allowed.get(frontend);
      if (may != null) {
        used.add(frontend);
        if (isStray(flow, may)) {
          strays.add(flow);
        }
      }
    }
    return strays;
  }

  /** Whether a flow is one of ours, and not where it may be. */
  static boolean isStray(Flow flow, Set<HostPort> may) {
    // A connection to the address itself is one to a process that listens there, as the path in
    // user space does; over UDP it may be one to nobody.
    boolean ours = flow.isRedirected() || flow.original().protocol() == FlowDirection.UDP;
    // The kernel remembers connections for a while that have ended. By the time that such a one is
    // deleted its client may have begun anew from the same port, and that connection would lose its
    // way: the kernel gives it the same number, too.
    return ours && flow.isOpen() && !may.contains(backend(flow));
  }

  /** Cuts these flows; what is refused of one service disturbs no other. */
  Cut cut(List<Flow> strays) {
    if (strays.isEmpty()) {
      return Cut.NOTHING;
    }
    Deletion deletion = table.delete(strays);
    Map<Frontend, String> failed = new HashMap<>();
    deletion
        .refused()
        .forEach(each -> failed.put(frontend(strays.get(each.index())), each.toString()));
    return new Cut(deletion.deleted(), failed);
  }

  /** Flows to some services, and maybe others. */
  List<Flow> flows(Set<Frontend> frontends) {
    List<Flow> flows = new ArrayList<>();
    if (frontends.size() <= FEW) {
      for (Frontend frontend : frontends) {
        flows.addAll(table.flows(FlowFilter.to(number(frontend.protocol()), frontend.endpoint())));
      }
      return flows;
    }
    for (boolean ipv4 : new boolean[] {true, false}) {
      Predicate<Frontend> ofFamily = frontend -> frontend.endpoint().address().isIpv4() == ipv4;
      if (frontends.stream().anyMatch(ofFamily)) {
        flows.addAll(table.flows(ipv4));
      }
    }
    return flows;
  }

  /** Connections of services that are open. */
  long open(Set<Frontend> frontends) {
    return flows(frontends).stream()
        .filter(flow -> flow.original().protocol() == FlowDirection.TCP)
        .filter(flow -> flow.isOpen() && flow.isRedirected())
        .filter(flow -> frontends.contains(frontend(flow)))
        .count();
  }

  /** What the client of a flow sent it to. */
  static Frontend frontend(Flow flow) {
    FlowDirection original = flow.original();
    return new Frontend(
        original.protocol() == FlowDirection.TCP ? Protocol.TCP : Protocol.UDP,
        new HostPort(original.destination(), original.destinationPort()));
  }

  static HostPort backend(Flow flow) {
    return new HostPort(flow.reply().source(), flow.reply().sourcePort());
  }

  private static int number(Protocol protocol) {
    return protocol == Protocol.TCP ? FlowDirection.TCP : FlowDirection.UDP;
  }
}
