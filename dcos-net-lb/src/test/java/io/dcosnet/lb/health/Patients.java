// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** One VIP of some back ends under the eye of {@link BackendHealth}, on a clock set by hand. */
final class Patients implements BackendHealth.Listener {

  static final VipKey KEY = VipKey.named(Protocol.TCP, "web.marathon", 80);
  static final Frontend FRONTEND = new Frontend(Protocol.TCP, HostPort.parse("11.0.0.1:80"));

  final BackendHealth health;
  final List<String> news = new ArrayList<>();
  int alarms;
  long now = 77;
  VipTable base;

  Patients(HealthRules rules, int... weights) {
    health = new BackendHealth(rules, new SplittableRandom(5), this);
    base = table(weights);
    health.fit(base, now);
  }

  /** Rules without chance. */
  static HealthRules.Builder steady() {
    return HealthRules.builder().jitterPercent(0);
  }

  static Patients equal(HealthRules rules, int count) {
    int[] weights = new int[count];
    Arrays.fill(weights, 1);
    return new Patients(rules, weights);
  }

  static VipTable table(int... weights) {
    return table(IntStream.range(0, weights.length).mapToObj(i -> up(i, weights[i])).toList());
  }

  static VipTable table(List<Target> targets) {
    return VipTable.of(List.of(new Service(KEY, FRONTEND, targets)));
  }

  static Target up(int index, int weight) {
    return Target.up(endpoint(index), weight);
  }

  static Target draining(int index) {
    return new Target(endpoint(index), Backend.State.DRAINING, 0, Target.NEVER);
  }

  static HostPort endpoint(int index) {
    return new HostPort(IpAddress.ofIpv4(0xc0000200 + index / 1000), 1000 + index % 1000);
  }

  static Place place(int index) {
    return new Place(KEY, endpoint(index));
  }

  void follow(Target... targets) {
    base = table(List.of(targets));
    health.fit(base, now);
  }

  void good(int index, int times) {
    for (int i = 0; i < times; i++) {
      health.connected(FRONTEND, endpoint(index), 1000);
      health.served(FRONTEND, endpoint(index));
    }
  }

  void refused(int index, int times) {
    for (int i = 0; i < times; i++) {
      health.failed(FRONTEND, endpoint(index), Failure.REFUSED);
    }
  }

  void resets(int index, int times) {
    for (int i = 0; i < times; i++) {
      health.connected(FRONTEND, endpoint(index), 1000);
      health.failed(FRONTEND, endpoint(index), Failure.RESET);
    }
  }

  boolean judge() {
    return health.judge(now);
  }

  /** Lets time pass, judging whenever it is due. */
  void pass(Duration step) {
    long end = now + step.toNanos();
    while (true) {
      long due = health.nextDue(now).orElse(Long.MAX_VALUE);
      if (due > end) {
        break;
      }
      now = Math.max(now, due);
      health.judge(now);
      health.fit(base, now);
    }
    now = end;
  }

  /** Ejects one, by five failures in a row. */
  void eject(int index) {
    refused(index, 5);
    judge();
  }

  VipTable table() {
    return health.warm(health.fit(base, now));
  }

  List<Target> targets() {
    return table().service(FRONTEND).orElseThrow().targets();
  }

  List<Integer> weights() {
    return targets().stream().map(Target::weight).toList();
  }

  Condition condition(int index) {
    return health.snapshot().of(place(index));
  }

  Condition.Status status(int index) {
    return condition(index).status();
  }

  @Override
  public void alarm() {
    alarms++;
  }

  @Override
  public void ejected(Place place, BackendHealth.Cause cause, long nanos) {
    news.add(place.endpoint().port() + " " + cause + " " + nanos / 1_000_000_000.0 + " s");
  }

  @Override
  public void returned(Place place) {
    news.add(place.endpoint().port() + " returned");
  }
}
