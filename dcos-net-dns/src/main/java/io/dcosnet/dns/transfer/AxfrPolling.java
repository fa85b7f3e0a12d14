// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.transfer.MesosCopyZone.Copy;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a Mesos-DNS for all its records, in even steps; the same text again changes nothing, and a
 * failure neither. Holds a thread of the executor while it waits for the answer.
 *
 * <p><b>Thread-safe.</b>
 */
final class AxfrPolling implements MesosCopyZone.Source {

  private static final Logger LOGGER = LoggerFactory.getLogger(AxfrPolling.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Largest answer; about half a million records. */
  private static final int MAX_BYTES = 64 << 20;

  private final URI address;
  private final Scheduler scheduler;
  private final Duration interval;
  private volatile String failure = "";

  AxfrPolling(URI address, Scheduler scheduler, Duration interval) {
    this.address = requireNonNull(address, "address");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.interval = requireNonNull(interval, "interval");
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (address.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException(
          "axfr: " + address + " (expected: http://host:port/v1/axfr)");
    }
  }

  @Override
  public String failure() {
    return failure;
  }

  @Override
  public Subscription begin(Surroundings surroundings, DnsMetrics metrics, Copy copy) {
    Poller poller = new Poller(surroundings, metrics, copy);
    scheduler.execute(poller::poll);
    return poller::stop;
  }

  /** One following. */
  private final class Poller {
    private final Surroundings surroundings;
    private final DnsMetrics metrics;
    private final Copy copy;
    private final String zone;

    // Made at the first use, since it begins threads.
    private @Nullable HttpClient client;
    private byte[] seen = {};

    // Confined to the scheduler.
    private Scheduler.@Nullable Timer timer;
    private volatile boolean stopped;

    Poller(Surroundings surroundings, DnsMetrics metrics, Copy copy) {
      this.surroundings = surroundings;
      this.metrics = metrics;
      this.copy = copy;
      this.zone = copy.origin().toString();
    }

    void stop() {
      stopped = true;
      scheduler.execute(
          () -> {
            if (timer != null) {
              timer.cancel();
            }
          });
    }

    void poll() {
      if (stopped) {
        return;
      }
      try {
        surroundings
            .executor()
            .execute(
                () -> {
                  try {
                    pollNow();
                  } finally {
                    scheduler.execute(this::pollLater);
                  }
                });
      } catch (RejectedExecutionException e) {
        failed("no thread to ask: " + e.getMessage());
        pollLater();
      }
    }

    private void pollLater() {
      if (!stopped) {
        timer = scheduler.schedule(interval, this::poll);
      }
    }

    private void pollNow() {
      try {
        byte[] text = fetch();
        byte[] digest = sha256(text);
        boolean changed = !MessageDigest.isEqual(digest, seen) && take(text);
        seen = digest;
        failure = "";
        metrics.zoneReads(zone, changed ? "changed" : "same").increment();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failed("interrupted");
      } catch (IOException | RuntimeException e) {
        failed(e.getMessage() == null ? e.toString() : e.getMessage());
      }
    }

    private void failed(String reason) {
      boolean news = !failure.equals(reason);
      failure = reason;
      metrics.zoneReads(zone, "failed").increment();
      if (news) {
        LOGGER.warn(
            "zone not copied, it stays as it is zone={} from={}: {}", zone, address, reason);
      }
    }

    private byte[] fetch() throws IOException, InterruptedException {
      HttpClient http = client;
      if (http == null) {
        http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
        client = http;
      }
      HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      Scheduler.Timer limit = scheduler.schedule(TIMEOUT, () -> close(response.body()));
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          throw new IOException("status " + response.statusCode() + " (expected: 200)");
        }
        byte[] text = body.readNBytes(MAX_BYTES + 1);
        if (text.length > MAX_BYTES) {
          throw new IOException("more than " + MAX_BYTES + " bytes");
        }
        return text;
      } finally {
        limit.cancel();
      }
    }

    /** Lets go of an answer that does not end; who reads it fails. */
    private void close(InputStream body) {
      try {
        body.close();
      } catch (IOException e) {
        LOGGER.debug("close the answer of {}: {}", address, e.toString());
      }
    }

    private boolean take(byte[] text) throws IOException {
      AxfrJson document = AxfrJson.read(new ByteArrayInputStream(text));
      for (Rejection refusal : document.refused()) {
        String reason = refusal.code().toLowerCase(Locale.ROOT).replace('_', '-');
        metrics.skipped(zone, reason).increment();
      }
      ZoneSnapshot present = copy.present(document.serial());
      ZoneSnapshot.Edit edit = present.edit();
      SuffixCopy rewriting = new SuffixCopy(document.domain(), copy.origin());
      Map<DomainName, Map<Integer, RecordSet>> wanted = rewriting.all(document.records());
      present.forEach(
          node -> {
            Map<Integer, RecordSet> kept = wanted.getOrDefault(node.name(), Map.of());
            for (int type : SuffixCopy.TYPES) {
              if (!kept.containsKey(type)) {
                edit.remove(node.name(), type);
              }
            }
          });
      wanted.forEach((name, sets) -> sets.values().forEach(set -> edit.put(name, set)));
      return copy.publish(edit, document.serial());
    }
  }

  private static byte[] sha256(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
