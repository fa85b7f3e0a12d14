// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One table after the other, the same in each process: from one to the next a service changes,
 * comes or goes, but a few stay as they are. <b>Immutable.</b>
 *
 * @param first address of the first service; the others follow it
 * @param backends of services that stay; those of others are nowhere
 */
record ChangingTables(IpAddress first, List<HostPort> backends) {

  /** Services that never change. */
  static final int STEADY = 4;

  private static final int CHANGING = 24;
  private static final int PORT = 80;

  ChangingTables {
    backends = backends.stream().sorted().toList();
  }

  static ChangingTables parse(String[] arguments) {
    List<HostPort> backends = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      backends.add(HostPort.parse(arguments[i]));
    }
    return new ChangingTables(IpAddress.parse(arguments[0]), backends);
  }

  /** As {@link #parse} reads it. */
  List<String> arguments() {
    List<String> words = new ArrayList<>(List.of(first.toString()));
    backends.forEach(each -> words.add(each.toString()));
    return words;
  }

  /** Where clients of those that never change connect to. */
  List<HostPort> steady() {
    List<HostPort> places = new ArrayList<>();
    for (int i = 0; i < STEADY; i++) {
      places.add(frontend(Protocol.TCP, i).endpoint());
    }
    return places;
  }

  /** The table of a number, from 0. */
  VipTable table(int number) {
    List<Service> services = new ArrayList<>();
    for (int i = 0; i < STEADY; i++) {
      List<Target> targets = backends.stream().map(each -> Target.up(each, 1)).toList();
      services.add(service(Protocol.TCP, i, ServiceOptions.DEFAULTS, targets));
    }
    for (int i = 0; i < CHANGING; i++) {
      change(STEADY + i, (number + i) / CHANGING, services);
    }
    return VipTable.of(services);
  }

  /** Adds a service as it is after so many changes of it, or not. */
  private void change(int which, int changes, List<Service> services) {
    SplittableRandom random = new SplittableRandom(1_000L * which + changes);
    if (random.nextInt(5) == 0) {
      return;
    }
    Protocol protocol = random.nextInt(3) == 0 ? Protocol.UDP : Protocol.TCP;
    Policy policy = random.nextInt(4) == 0 ? Policy.MAGLEV : Policy.ROUND_ROBIN;
    Map<HostPort, Target> targets = new TreeMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      HostPort endpoint = new HostPort(backends.get(0).address(), 1 + random.nextInt(9));
      targets.put(
          endpoint,
          random.nextInt(4) == 0
              ? new Target(endpoint, Backend.State.DRAINING, 0, Target.NEVER)
              : Target.up(endpoint, 1 + random.nextInt(3)));
    }
    services.add(
        service(
            protocol, which, ServiceOptions.DEFAULTS.with(policy), List.copyOf(targets.values())));
  }

  private Service service(
      Protocol protocol, int which, ServiceOptions options, List<Target> targets) {
    return new Service(
        VipKey.named(protocol, "web" + which + ".marathon", PORT),
        frontend(protocol, which),
        options,
        targets);
  }

  private Frontend frontend(Protocol protocol, int which) {
    return new Frontend(protocol, new HostPort(first.plus(which), PORT));
  }
}
