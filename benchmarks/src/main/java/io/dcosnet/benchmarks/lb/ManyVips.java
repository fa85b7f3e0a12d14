// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks.lb;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A table of many VIPs with three back ends each, that changes bit by bit: VIP number i is {@code
 * 11.0.0.1 + i}, port 80. Back ends are in 198.18.0.0/15, which is kept free for benchmarks; nobody
 * ever connects there. <b>Confined to</b> one thread.
 */
final class ManyVips {

  private static final IpAddress FIRST_VIP = IpAddress.parse("11.0.0.1");
  private static final IpAddress FIRST_BACKEND = IpAddress.parse("198.18.0.1");
  private static final int PORT = 80;

  private final SplittableRandom random = new SplittableRandom(20261127);
  private final List<Service> services = new ArrayList<>();
  private int backends;

  /**
   * So many.
   *
   * @param firsts back ends of the first one, as somebody is to connect there; none for others
   */
  ManyVips(int count, List<HostPort> firsts) {
    if (!firsts.isEmpty()) {
      services.add(service(0, firsts.stream().sorted().map(at -> Target.up(at, 1)).toList()));
    }
    while (services.size() < count) {
      addVip();
    }
  }

  VipTable table() {
    return VipTable.of(services);
  }

  /** One back end of one VIP goes, another comes. */
  void replaceBackend() {
    int number = any();
    List<Target> targets = new ArrayList<>(services.get(number).targets());
    targets.remove(random.nextInt(targets.size()));
    targets.add(nextBackend());
    services.set(number, service(number, targets));
  }

  /** One VIP gets one more back end. */
  void addBackend() {
    int number = any();
    List<Target> targets = new ArrayList<>(services.get(number).targets());
    targets.add(nextBackend());
    services.set(number, service(number, targets));
  }

  /** There is one more VIP. */
  void addVip() {
    services.add(service(services.size(), List.of(nextBackend(), nextBackend(), nextBackend())));
  }

  /** Not the first, to which somebody may connect. */
  private int any() {
    return 1 + random.nextInt(services.size() - 1);
  }

  /** Addresses grow, so that targets stay sorted. */
  private Target nextBackend() {
    return Target.up(new HostPort(FIRST_BACKEND.plus(backends++), PORT), 1);
  }

  private static Service service(int number, List<Target> targets) {
    HostPort endpoint = new HostPort(FIRST_VIP.plus(number), PORT);
    return new Service(
        VipKey.named(Protocol.TCP, "bench" + number + ".marathon", PORT),
        new Frontend(Protocol.TCP, endpoint),
        targets);
  }
}
