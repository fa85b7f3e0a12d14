// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.http.HttpServer;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Polls a server over HTTP; the polls themselves happen on virtual time. */
class AxfrPollingIT {

  private static final Duration STEP = Duration.ofSeconds(31);

  private final NetRuntime net = NetRuntime.create();
  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private volatile HttpResponse answer = HttpResponse.text(404, "not yet");
  private MesosCopyZone zone = MesosCopyZone.polling(URI.create("http://127.0.0.1:1/"), time);

  @BeforeEach
  void serve() {
    HttpServer server =
        HttpServer.builder(net)
            .name("mesos-dns")
            .listen(new HostPort(IpAddress.LOOPBACK_IPV4, 0))
            .mount("/v1/axfr", request -> CompletableFuture.completedFuture(answer))
            .build();
    net.startAll(server);
    URI axfr = URI.create("http://" + server.localAddresses().get(0) + "/v1/axfr");
    zone = MesosCopyZone.polling(axfr, time);
    zone.follow(new Surroundings(time, time, metrics));
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void takesUpChangesAndKeepsTheOldWhileTheServerFails() {
    time.runReady();
    assertThat(zone.snapshot()).isNull();
    assertThat(zone.lastFailure()).hasValueSatisfying(why -> assertThat(why).contains("404"));

    give(10, "\"a.mesos.\": [\"192.0.2.1\"], \"b.mesos.\": [\"192.0.2.2\"]");
    assertThat(at("a")).isEqualTo("[5 A [192.0.2.1]]");
    assertThat(at("_s._tcp")).isEqualTo("[5 SRV [1 1 80 a.mesos.thisdcos.directory.]]");
    assertThat(snapshot().serial()).isEqualTo(10);
    assertThat(zone.lastFailure()).isEmpty();

    ZoneSnapshot before = snapshot();
    give(10, "\"a.mesos.\": [\"192.0.2.1\"], \"b.mesos.\": [\"192.0.2.2\"]");
    give(99, "\"b.mesos.\": [\"192.0.2.2\"], \"a.mesos.\": [\"192.0.2.1\"]");
    assertThat(snapshot()).isSameAs(before);
    assertThat(reads("same")).isEqualTo(2);

    answer = HttpResponse.json(200, "{ half of it");
    time.advance(STEP);
    assertThat(snapshot()).isSameAs(before);
    assertThat(zone.lastFailure()).isPresent();
    assertThat(reads("failed")).isEqualTo(2);

    give(100, "\"a.mesos.\": [\"192.0.2.7\"], \"x\": [\"192.0.2.2\"]");
    assertThat(at("a")).isEqualTo("[5 A [192.0.2.7]]");
    assertThat(snapshot().find(name("b.mesos.thisdcos.directory"))).isNull();
    assertThat(snapshot().serial()).isEqualTo(100);
    assertThat(
            metrics.count(
                "dcosnet.dns.records.skipped",
                "zone",
                "mesos.thisdcos.directory.",
                "reason",
                "outside-zone"))
        .isOne();
  }

  @Test
  void takesAnEmptyZoneForWhatItIs() {
    give(5, "");

    assertThat(snapshot().recordCount()).isOne(); // the service
  }

  @Test
  void refusesAddressesThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MesosCopyZone.polling(URI.create("file:///etc/passwd"), time));
  }

  private void give(long serial, String addresses) {
    String services = "\"_s._tcp.mesos.\": [\"a.mesos.:80\"]";
    answer =
        HttpResponse.json(
            200,
            "{\"TTL\": 60, \"Serial\": "
                + serial
                + ", \"Domain\": \"mesos\", \"Records\": {\"As\": {"
                + addresses
                + "}, \"SRVs\": {"
                + services
                + "}}}");
    time.advance(STEP);
  }

  private ZoneSnapshot snapshot() {
    return Objects.requireNonNull(zone.snapshot());
  }

  private String at(String owner) {
    ZoneNode node = snapshot().find(name(owner + ".mesos.thisdcos.directory"));
    return node == null ? "" : node.sets().toString();
  }

  private long reads(String result) {
    String origin = "mesos.thisdcos.directory.";
    return metrics.count("dcosnet.dns.zone.reads", "zone", origin, "result", result);
  }
}
