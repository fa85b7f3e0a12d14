// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileZoneTest {

  @TempDir private Path folder;

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<Long> serials = new ArrayList<>();
  private Path file = Path.of("");
  private FileZone zone = FileZone.of(DomainName.ROOT, file, time);

  @BeforeEach
  void begin() throws IOException {
    file = folder.resolve("example.org.zone");
    write(7, "www A 192.0.2.1");
    zone = FileZone.of(DomainName.parse("example.org"), file, time);
    Subscription unused = zone.watch(time, (before, after) -> serials.add(after.serial()));
  }

  private Subscription follow() {
    Subscription following = zone.follow(new Surroundings(time, time, metrics));
    time.advance(Duration.ofSeconds(1));
    return following;
  }

  @Test
  void servesTheFileWithItsOwnSerial() {
    assertThat(zone.snapshot()).isNull();

    follow();

    assertThat(snapshot().serial()).isEqualTo(7);
    assertThat(ZoneText.of(snapshot())).contains("www.example.org.\t60\tIN\tA\t192.0.2.1");
    assertThat(zone.origins(DomainName.parse("www.example.org")))
        .singleElement()
        .satisfies(origin -> assertThat(origin.subject()).isEqualTo(file.toString()));
  }

  @Test
  void takesUpAChange() throws IOException {
    follow();

    write(9, "www A 192.0.2.1\nftp A 192.0.2.2");
    time.advance(Duration.ofSeconds(1));

    assertThat(serials).containsExactly(7L, 9L);
    assertThat(ZoneText.of(snapshot())).contains("ftp.example.org.");
    assertThat(reads("changed")).isEqualTo(2);
  }

  @Test
  void countsUpWhenTheFileForgotTo() throws IOException {
    follow();

    write(7, "www A 192.0.2.99");
    time.advance(Duration.ofSeconds(1));
    write(3, "mail A 192.0.2.99");
    time.advance(Duration.ofSeconds(1));

    assertThat(serials).containsExactly(7L, 8L, 9L);
    assertThat(ZoneText.of(snapshot())).contains("mail.").doesNotContain("www.");
  }

  @Test
  void servesALaterSerialOfTheSameRecords() throws IOException {
    follow();

    write(70, "www A 192.0.2.1");
    time.advance(Duration.ofSeconds(1));

    assertThat(serials).containsExactly(7L, 70L);
  }

  @Test
  void takesUpOtherSoaAndNsRecords() throws IOException {
    follow();

    Files.writeString(file, "@ 30 SOA ns2 admin 8 1 2 3 4\n@ 20 NS ns2\nns2 60 A 192.0.2.4\n");
    time.advance(Duration.ofSeconds(1));

    assertThat(ZoneText.of(snapshot()))
        .isEqualTo(
            """
            example.org.	30	IN	SOA	ns2.example.org. admin.example.org. 8 1 2 3 4
            example.org.	20	IN	NS	ns2.example.org.
            ns2.example.org.	60	IN	A	192.0.2.4
            """);
  }

  @Test
  void keepsTheLastGoodZone() throws IOException {
    follow();

    write(8, "www A 192.0.2.1\nbad A 192.0.2.256");
    time.advance(Duration.ofSeconds(10));

    assertThat(serials).containsExactly(7L);
    assertThat(zone.lastFailure()).hasValueSatisfying(why -> assertThat(why).contains("line 5"));
    assertThat(reads("failed")).isOne();

    write(8, "www A 192.0.2.1\nbad A 192.0.2.255");
    time.advance(Duration.ofSeconds(1));

    assertThat(serials).containsExactly(7L, 8L);
    assertThat(zone.lastFailure()).isEmpty();
  }

  @Test
  void keepsTheZoneOfAFileThatWasRemovedAndWaitsForOneThatIsNotThere() throws IOException {
    Files.delete(file);
    follow();
    assertThat(zone.lastFailure()).hasValueSatisfying(why -> assertThat(why).contains("no such"));
    assertThat(reads("failed")).isOne();

    write(5, "www A 192.0.2.1");
    time.advance(Duration.ofSeconds(1));
    Files.delete(file);
    time.advance(Duration.ofSeconds(1));

    assertThat(serials).containsExactly(5L);
    assertThat(zone.lastFailure()).isPresent();
    assertThat(snapshot().serial()).isEqualTo(5);
  }

  @Test
  void complainsNoMoreWhenTheFileThatWentAwayIsBack() throws IOException {
    follow();
    time.advance(Duration.ofSeconds(5));
    Path aside = Files.move(file, folder.resolve("aside"));
    time.advance(Duration.ofSeconds(1));
    assertThat(zone.lastFailure()).isPresent();

    Files.move(aside, file);
    time.advance(Duration.ofSeconds(1));

    assertThat(zone.lastFailure()).isEmpty();
    assertThat(serials).containsExactly(7L);
  }

  @Test
  void stopsLookingWhenNobodyFollows() throws IOException {
    follow().close();

    write(8, "www A 192.0.2.2");
    time.advance(Duration.ofSeconds(5));

    assertThat(serials).containsExactly(7L);
    assertThat(time.pending()).isZero();
  }

  private ZoneSnapshot snapshot() {
    return Objects.requireNonNull(zone.snapshot());
  }

  private long reads(String result) {
    return metrics.count("dcosnet.dns.zone.reads", "zone", "example.org.", "result", result);
  }

  private void write(int serial, String records) throws IOException {
    Files.writeString(
        file, "$TTL 60\n@ SOA ns1 admin " + serial + " 60 60 600 5\n NS ns1\n" + records + "\n");
  }
}
