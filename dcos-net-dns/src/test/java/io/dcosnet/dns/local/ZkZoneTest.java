// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ZkZoneTest {

  private final VirtualTime time = new VirtualTime();
  private final Zone.Surroundings surroundings =
      new Zone.Surroundings(Runnable::run, time.time(), new RecordingMetrics());
  private final ClusterPublisher cluster = ClusterPublisher.create();
  private final ZkZone zone = ZkZone.of(cluster, time.time());

  private static Masters masters(@Nullable String leader, String... all) {
    return new Masters(
        Arrays.stream(all).map(ZkZoneTest::master).toList(),
        leader == null ? null : master(leader));
  }

  private static Master master(String address) {
    return new Master(new HostPort(IpAddress.parse(address), 5050), "");
  }

  private static List<String> names(ZkZone zone) {
    return zone.snapshot().sorted().stream()
        .filter(node -> !node.name().equals(ZkZone.ORIGIN))
        .map(node -> node.name() + " " + node.sets())
        .toList();
  }

  @Test
  void repeatsTheMastersUntilAllNamesAreGiven() {
    zone.follow(surroundings);
    cluster.put(masters("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3"));

    assertThat(names(zone))
        .containsExactly(
            "zk-1.zk. [5 A [192.0.2.1]]",
            "zk-2.zk. [5 A [192.0.2.2]]",
            "zk-3.zk. [5 A [192.0.2.3]]",
            "zk-4.zk. [5 A [192.0.2.1]]",
            "zk-5.zk. [5 A [192.0.2.2]]");
  }

  @Test
  void isEmptyUntilMastersAreKnown() {
    zone.follow(surroundings);

    assertThat(names(zone)).isEmpty();
    assertThat(zone.snapshot().isPartial()).isFalse();
  }

  @Test
  void countsTheLeaderThatTheListLacks() {
    zone.follow(surroundings);
    cluster.put(masters("2001:db8::9", "192.0.2.1"));

    assertThat(names(zone))
        .contains("zk-2.zk. [5 AAAA [2001:db8::9]]", "zk-5.zk. [5 A [192.0.2.1]]");
  }

  @Test
  void keepsTheLastMastersWhenNoneIsKnownAnyMore() {
    zone.follow(surroundings);
    cluster.put(masters("192.0.2.1", "192.0.2.1"));
    long serial = zone.snapshot().serial();
    cluster.put(Masters.NONE);

    assertThat(names(zone)).hasSize(5);
    assertThat(zone.snapshot().serial()).isEqualTo(serial);
    cluster.put(masters("192.0.2.7", "192.0.2.7"));
    assertThat(names(zone)).contains("zk-1.zk. [5 A [192.0.2.7]]").hasSize(5);
    assertThat(zone.snapshot().serial()).isGreaterThan(serial);
  }

  @Test
  void stopsToFollowWithTheLastFollower() {
    Subscription one = zone.follow(surroundings);
    Subscription two = zone.follow(surroundings);
    one.close();
    cluster.put(masters("192.0.2.1", "192.0.2.1"));
    two.close();
    cluster.put(masters("192.0.2.2", "192.0.2.2"));

    assertThat(names(zone)).contains("zk-1.zk. [5 A [192.0.2.1]]");
  }

  @Test
  void takesAListOrADetector() {
    List<IpAddress> six =
        List.of("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6")
            .stream()
            .map(IpAddress::parse)
            .toList();
    MasterDetector detector =
        new MasterDetector() {
          @Override
          public Masters masters() {
            return ZkZoneTest.masters(null, "192.0.2.8");
          }

          @Override
          public Subscription subscribe(Executor executor, Consumer<Masters> listener) {
            executor.execute(() -> listener.accept(masters()));
            return () -> {};
          }
        };
    ZkZone detected = ZkZone.of(detector, time.time());
    detected.follow(surroundings);

    assertThat(names(ZkZone.of(six, time.time()))).hasSize(5).doesNotHaveDuplicates();
    assertThat(names(ZkZone.of(List.of(), time.time()))).isEmpty();
    assertThat(names(detected)).contains("zk-4.zk. [5 A [192.0.2.8]]");
  }
}
