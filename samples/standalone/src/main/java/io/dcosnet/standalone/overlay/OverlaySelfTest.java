// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.route.Links;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.standalone.cli.Steps;
import io.dcosnet.standalone.overlay.Datagrams.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Hosts as namespaces on one wire, each with the real network of a host and a container, and
 * whether the containers reach each other. All goes with this object, or with the process.
 *
 * <p><b>Confined to</b> one thread.
 */
final class OverlaySelfTest implements AutoCloseable {

  /** One overlay with both families, as the installer of DC/OS writes it. */
  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet": "44.128.0.0/20", "vtep_subnet6": "fd01:a::/64",
           "vtep_mac_oui": "70:B3:D5:00:00:00",
           "overlays": [{"name": "dcos", "subnet": "9.0.0.0/8", "prefix": 24,
                         "subnet6": "fd01:b::/64", "prefix6": 80}]}
          """);

  private static final int UNDERLAY_MTU = 1500;
  private static final IpAddress ELSEWHERE = IpAddress.parse("192.0.2.200");

  private final Steps steps;
  private final TestUnderlay underlay = new TestUnderlay(UNDERLAY_MTU);
  private final List<TriedHost> hosts = new ArrayList<>();
  private final TestNetwork network = new TestNetwork(CONFIG);

  /**
   * Makes the hosts.
   *
   * @param maker makes the network that is tried, on a thread of its host
   */
  OverlaySelfTest(int count, Supplier<HostNetwork> maker, Steps steps) {
    this.steps = steps;
    boolean done = false;
    try {
      for (int number = 1; number <= count; number++) {
        hosts.add(new TriedHost(new TestHost(number, underlay), maker));
      }
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /** Tries everything; after a step without which the next ones mean nothing, it ends. */
  void run() {
    hosts.forEach(network::register);
    if (apply() && containers()) {
      everyWay();
      moved();
      repaired();
    }
    gone();
  }

  private boolean apply() {
    boolean all = true;
    for (TriedHost host : hosts) {
      DesiredState wanted = network.wanted(host);
      all &=
          steps.until(
              host.host().name() + " holds its part of the network", () -> host.fault(wanted));
    }
    return all;
  }

  private boolean containers() {
    for (TriedHost host : hosts) {
      steps.act(
          host.host().name() + " starts a container",
          () -> {
            var unused = host.host().start(network.wanted(host).bridges().get(0));
          });
    }
    int expected = UNDERLAY_MTU - 50;
    return steps.until(
        "containers have packets of " + expected + " octets on a wire of " + UNDERLAY_MTU,
        () ->
            hosts.stream()
                .map(host -> host.host().container().mtu())
                .filter(mtu -> mtu != expected)
                .map(mtu -> mtu + " octets")
                .findFirst());
  }

  private void everyWay() {
    for (TriedHost from : hosts) {
      for (TriedHost to : hosts) {
        if (!from.equals(to)) {
          for (boolean ipv4 : new boolean[] {true, false}) {
            way(from, to, ipv4);
          }
          hostsThroughTheTunnel(from, to);
        }
      }
    }
  }

  private void way(TriedHost from, TriedHost to, boolean ipv4) {
    End source = container(from, ipv4);
    End target = container(to, ipv4);
    String what = " from a container of " + from.host().name() + " to one of " + to.host().name();
    String family = ipv4 ? ", IPv4" : ", IPv6";
    int mtu = from.host().container().mtu();
    steps.until(
        "a packet of " + mtu + " octets" + what + family,
        () -> Datagrams.fault(source, target, mtu));
    steps.until(
        "none of " + (mtu + 1) + " octets" + what + family,
        () -> refused(Datagrams.fault(source, target, mtu + 1)));
    steps.until("octets by TCP" + what + family, () -> Transfers.fault(source, target));
  }

  /** A packet that is too large has to be refused where it is sent, not to get lost on the way. */
  private static Optional<String> refused(Optional<String> fault) {
    return fault.filter(text -> text.contains("refused")).isPresent()
        ? Optional.empty()
        : Optional.of(fault.orElse("it came"));
  }

  private void hostsThroughTheTunnel(TriedHost from, TriedHost to) {
    End source = container(from, true);
    steps.until(
        "a container of "
            + from.host().name()
            + " reaches "
            + to.host().address()
            + " and keeps its address",
        () ->
            Datagrams.fault(
                source, to.host().end(to.host().address()), from.host().container().mtu()));
    IpAddress near = network.record(from).vtep();
    IpAddress far = network.record(to).vtep();
    steps.until(
        from.host().name() + " reaches the end " + far + " of the tunnel",
        () ->
            Datagrams.fault(
                from.host().end(near), to.host().end(far), from.host().container().mtu()));
  }

  private static End container(TriedHost host, boolean ipv4) {
    return host.host().containerEnd(ipv4);
  }

  private void moved() {
    TriedHost first = hosts.get(0);
    TriedHost last = hosts.get(hosts.size() - 1);
    steps.act(
        last.host().name() + " moves to " + ELSEWHERE,
        () -> {
          last.host().move(ELSEWHERE);
          network.register(last);
        });
    if (apply()) {
      reached(first, last);
    }
  }

  private void repaired() {
    TriedHost first = hosts.get(0);
    TriedHost last = hosts.get(hosts.size() - 1);
    int tunnel = first.host().routes().link(CONFIG.vtepName()).orElseThrow().index();
    steps.act(
        "somebody takes the tunnel of " + first.host().name() + " down and up again",
        () -> {
          first.host().routes().change(Links.setUp(tunnel, false));
          first.host().routes().change(Links.setUp(tunnel, true));
        });
    reached(first, last);
  }

  private void reached(TriedHost from, TriedHost to) {
    for (boolean ipv4 : new boolean[] {true, false}) {
      steps.until(
          "containers of "
              + from.host().name()
              + " and "
              + to.host().name()
              + " reach each other"
              + (ipv4 ? ", IPv4" : ", IPv6"),
          () ->
              Datagrams.fault(
                  container(from, ipv4), container(to, ipv4), from.host().container().mtu()));
    }
  }

  private void gone() {
    for (TriedHost host : hosts) {
      steps.until(
          host.host().name() + " gives back what it held",
          () -> {
            int removed = host.cleanup();
            return removed > 0 && host.host().routes().link(CONFIG.vtepName()).isEmpty()
                ? Optional.empty()
                : Optional.of(removed + " objects were removed");
          });
    }
  }

  @Override
  public void close() {
    hosts.forEach(TriedHost::close);
    underlay.close();
  }
}
