// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static io.dcosnet.dns.zone.Zones.name;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.transfer.TsigKey.Algorithm;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zonefile.FileZone;
import io.dcosnet.dns.zonefile.ZoneText;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies from a real server of ours; the copy itself lives on virtual time. */
class SecondaryZoneIT {

  private static final TsigKey KEY =
      TsigKey.of(name("key.example.org"), Algorithm.HMAC_SHA256, new byte[32]);

  @TempDir private Path folder;

  // Signatures carry the time, and the primary lives on that of the machine.
  private final VirtualTime time = new VirtualTime(Instant.now());
  private final RecordingMetrics metrics = new RecordingMetrics();
  private NetRuntime net = NetRuntime.create();
  private HostPort primary = new HostPort(IpAddress.LOOPBACK_IPV4, 0);
  private FileZone file = FileZone.of(name("example.org"), Path.of(""), net.scheduler());

  @BeforeEach
  void serve() throws IOException {
    write(7, "www A 192.0.2.1");
    start();
  }

  /** Refresh 100 s, retry 10 s, expiry 1000 s. */
  private void write(int serial, String records) throws IOException {
    Files.writeString(
        folder.resolve("zone"),
        "$TTL 60\n@ SOA ns1 admin " + serial + " 100 10 1000 5\n NS ns1\n" + records + "\n");
  }

  private void start() {
    net = NetRuntime.create();
    file =
        FileZone.of(
            name("example.org"), folder.resolve("zone"), net.scheduler(), Duration.ofMillis(20));
    Cidr loopback = Cidr.parse("127.0.0.0/8");
    TransferPolicy policy = TransferPolicy.builder().allow(loopback).allow(loopback, KEY).build();
    DnsServer dns = DnsServer.builder(net).listen(primary).zone(file).transfers(policy).build();
    net.startAll(dns);
    primary = dns.localAddress();
    Awaitility.await().until(() -> file.snapshot() != null);
  }

  @AfterEach
  void close() {
    net.close();
  }

  private SecondaryZone copy(HostPort... primaries) {
    return SecondaryZone.builder(name("example.org"), time).primaries(primaries).build();
  }

  private Subscription follow(SecondaryZone zone) {
    Subscription following = zone.follow(new Surroundings(time, time, metrics));
    time.advance(Duration.ofSeconds(2));
    return following;
  }

  private void change(int serial, String records) throws IOException {
    write(serial, records);
    Awaitility.await().until(() -> Objects.requireNonNull(file.snapshot()).serial() == serial);
  }

  private static Optional<Long> serial(SecondaryZone zone) {
    return Optional.ofNullable(zone.snapshot()).map(ZoneSnapshot::serial);
  }

  @Test
  void copiesAndAsksAgainAsOftenAsTheZoneSays() throws IOException {
    SecondaryZone zone = copy(primary);
    assertThat(zone.snapshot()).isNull();
    follow(zone);
    assertThat(ZoneText.of(Objects.requireNonNull(zone.snapshot())))
        .isEqualTo(ZoneText.of(Objects.requireNonNull(file.snapshot())));

    change(8, "www A 192.0.2.2");
    time.advance(Duration.ofSeconds(90));
    assertThat(serial(zone)).contains(7L);
    time.advance(Duration.ofSeconds(20));

    assertThat(serial(zone)).contains(8L);
    assertThat(reads("changed")).isEqualTo(2);
    time.advance(Duration.ofSeconds(1000));
    assertThat(reads("same")).isEqualTo(10);
  }

  @Test
  void asksAtOnceWhenAPrimarySaysSo() throws IOException {
    SecondaryZone zone = copy(primary);
    follow(zone);
    change(8, "www A 192.0.2.2");

    assertThat(zone.notified(IpAddress.parse("192.0.2.99"))).isFalse();
    time.advance(Duration.ofSeconds(5));
    assertThat(serial(zone)).contains(7L);
    for (int i = 0; i < 100; i++) {
      assertThat(zone.notified(primary.address())).isTrue();
    }
    time.advance(Duration.ofMillis(1));

    assertThat(serial(zone)).contains(8L);
    time.advance(Duration.ofSeconds(10));
    assertThat(reads("same")).isLessThanOrEqualTo(1);
  }

  @Test
  void servesUntilExpiryAndComesBack() {
    SecondaryZone zone = copy(primary);
    follow(zone);
    net.close();

    time.advance(Duration.ofSeconds(990));
    assertThat(serial(zone)).contains(7L);
    assertThat(zone.lastFailure()).isPresent();
    time.advance(Duration.ofSeconds(20));
    assertThat(zone.snapshot()).isNull();
    assertThat(reads("failed")).isBetween(80L, 100L); // each retry time once the refresh failed

    start();
    time.advance(Duration.ofSeconds(11));
    assertThat(serial(zone)).contains(7L);
    assertThat(zone.lastFailure()).isEmpty();
  }

  @Test
  void knowsHowOldItsCopyIsWhenItIsFollowedAgain() {
    time.advance(Duration.ofSeconds(5000));
    SecondaryZone zone = copy(primary);
    Subscription first = follow(zone);
    assertThat(serial(zone)).contains(7L);
    first.close();
    net.close();

    time.advance(Duration.ofSeconds(500));
    follow(zone);
    assertThat(zone.lastFailure()).isPresent();
    assertThat(serial(zone)).contains(7L);
    time.advance(Duration.ofSeconds(520));
    assertThat(zone.snapshot()).isNull();
  }

  @Test
  void asksTheNextPrimaryWhenTheFirstIsSilent() {
    SecondaryZone zone = copy(new HostPort(IpAddress.LOOPBACK_IPV4, 1), primary);

    follow(zone);

    assertThat(serial(zone)).contains(7L);
    assertThat(reads("failed")).isOne();
    assertThat(reads("changed")).isOne();
  }

  @Test
  void copiesWithAKey() {
    SecondaryZone zone =
        SecondaryZone.builder(name("example.org"), time).primaries(primary).key(KEY).build();
    follow(zone);

    assertThat(serial(zone)).contains(7L);
    time.advance(Duration.ofSeconds(110));
    assertThat(reads("same")).isOne();
  }

  @Test
  void takesNothingWithoutTheRightKey() {
    TsigKey other = TsigKey.of(KEY.name(), KEY.algorithm(), "other secret 0123".getBytes(UTF_8));
    SecondaryZone zone =
        SecondaryZone.builder(name("example.org"), time).primaries(primary).key(other).build();
    follow(zone);

    assertThat(zone.snapshot()).isNull();
    assertThat(zone.lastFailure()).isPresent();
  }

  @Test
  void takesNoZoneThatIsTooLarge() {
    SecondaryZone zone =
        SecondaryZone.builder(name("example.org"), time).primaries(primary).maxRecords(2).build();
    follow(zone);

    assertThat(zone.snapshot()).isNull();
    assertThat(zone.lastFailure()).hasValueSatisfying(why -> assertThat(why).contains("more than"));
  }

  @Test
  void keepsTheCopyWhenTheSerialOfThePrimaryGoesBack() throws IOException {
    SecondaryZone zone = copy(primary);
    follow(zone);
    net.close();
    write(3, "other A 192.0.2.1");
    start();

    time.advance(Duration.ofSeconds(200));

    assertThat(serial(zone)).contains(7L);
  }

  @Test
  void asksNobodyWhenNobodyFollows() {
    follow(copy(primary)).close();

    time.advance(Duration.ofSeconds(500));

    assertThat(reads("same")).isZero();
    assertThat(time.pending()).isZero();
    assertThatIllegalArgumentException().isThrownBy(this::copy);
  }

  private long reads(String result) {
    return metrics.count("dcosnet.dns.zone.reads", "zone", "example.org.", "result", result);
  }
}
