// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.MetricsSink.Counter;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class PrometheusMetricsTest {

  private final PrometheusMetrics metrics = new PrometheusMetrics();

  @Test
  void writesCountersWithTheirTags() {
    metrics.counter("dcosnet.dns.requests", "Queries", "proto", "udp").add(3);
    metrics.counter("dcosnet.dns.requests", "Queries", "proto", "tcp").increment();
    metrics.counter("dcosnet.dns.requests", "Queries", "proto", "udp").increment();

    assertThat(metrics.scrape())
        .contains("# HELP dcosnet_dns_requests_total Queries\n")
        .contains("dcosnet_dns_requests_total{proto=\"udp\"} 4.0\n")
        .contains("dcosnet_dns_requests_total{proto=\"tcp\"} 1.0\n");
    assertThat(metrics.sum("dcosnet.dns.requests")).isEqualTo(5);
    assertThat(metrics.sum("dcosnet.dns.requests", "proto", "udp")).isEqualTo(4);
    assertThat(metrics.sum("dcosnet.dns.nothing")).isZero();
  }

  @Test
  void asksTheNewestGaugeOfAName() {
    metrics.gauge("dcosnet.dns.zone.records", "Records", () -> 1, "zone", "mesos.");
    metrics.gauge("dcosnet.dns.zone.records", "Records", () -> 2, "zone", "mesos.");
    metrics.gauge("dcosnet.dns.zone.records", "Records", () -> 9, "zone", "example.");

    assertThat(metrics.scrape())
        .contains("dcosnet_dns_zone_records{zone=\"mesos.\"} 2.0\n")
        .contains("dcosnet_dns_zone_records{zone=\"example.\"} 9.0\n");
  }

  @Test
  void tellsDistributionsOfTimeInSeconds() {
    LongConsumer delay = metrics.distribution("dcosnet.dns.zone.delay.nanos", "Delay");
    delay.accept(2_000_000); // 2 ms
    delay.accept(700_000_000);
    metrics.distribution("dcosnet.http.handling.micros", "Handling").accept(300);

    assertThat(metrics.scrape())
        .contains("# TYPE dcosnet_dns_zone_delay_seconds histogram\n")
        .contains("dcosnet_dns_zone_delay_seconds_bucket{le=\"0.001\"} 0\n")
        .contains("dcosnet_dns_zone_delay_seconds_bucket{le=\"0.0025\"} 1\n")
        .contains("dcosnet_dns_zone_delay_seconds_bucket{le=\"0.5\"} 1\n")
        .contains("dcosnet_dns_zone_delay_seconds_bucket{le=\"1.0\"} 2\n")
        .contains("dcosnet_dns_zone_delay_seconds_count 2\n")
        .contains("dcosnet_http_handling_seconds_bucket{le=\"2.5E-4\"} 0\n")
        .contains("dcosnet_http_handling_seconds_bucket{le=\"5.0E-4\"} 1\n");
  }

  @Test
  void tellsOtherDistributionsAsTheyAre() {
    metrics.distribution("dcosnet.overlay.store.commit.commands", "Commands").accept(3);

    assertThat(metrics.scrape())
        .contains("dcosnet_overlay_store_commit_commands_bucket{le=\"2.0\"} 0\n")
        .contains("dcosnet_overlay_store_commit_commands_bucket{le=\"4.0\"} 1\n");
  }

  @Test
  void goesOnWithoutAFigureThatPrometheusCannotKeep() {
    metrics.counter("dcosnet.dns.requests", "Queries", "proto", "udp").increment();

    Counter other = metrics.counter("dcosnet.dns.requests", "Queries", "zone", "mesos.");
    other.increment();
    metrics.gauge("dcosnet.dns.requests", "Queries", () -> 1);
    metrics.distribution("dcosnet.dns.requests", "Queries", "odd").accept(1);

    assertThat(metrics.scrape()).contains("dcosnet_dns_requests_total{proto=\"udp\"} 1.0\n");
  }

  @Test
  void tellsOfTheJvm() {
    assertThat(metrics.scrape()).contains("jvm_memory_used_bytes").contains("process_uptime");
  }
}
