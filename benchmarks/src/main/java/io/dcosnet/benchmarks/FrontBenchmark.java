// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.answer.LaterAnswers;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.cache.CacheView;
import io.dcosnet.dns.defend.AccessPolicy;
import io.dcosnet.dns.defend.Cookies;
import io.dcosnet.dns.defend.Defence;
import io.dcosnet.dns.defend.RateLimit;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.querylog.QueryLog;
import io.dcosnet.dns.querylog.QueryRecorder;
import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.DcosApex;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a query costs from its octets to those of the response, with access rules, rate limit,
 * cookies, counters and query log on: all that a worker does but the socket. Each query asks for
 * another name, in an order that no prefetcher guesses, from one of many networks.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrontBenchmark {

  /** What is asked. */
  public enum Path {
    /** A name of an own zone. */
    ZONE,
    /** The same with an OPT record and a cookie of ours. */
    ZONE_COOKIE,
    /** A name that an own zone does not have. */
    NXDOMAIN,
    /** A name whose answer is kept from others. */
    CACHE
  }

  private static final String ZONE = "app.perf.example.org";
  private static final String OUTSIDE = "app.perf.example.com";
  private static final int TTL_SECONDS = 3600;
  private static final int COOKIE_OCTETS = 24;

  @Param Path path = Path.ZONE;

  @Param({"1", "10000"})
  int names;

  private final SplittableRandom random = new SplittableRandom(7);
  private final Sender[] senders = new Sender[256];
  private byte[][] queries = {};
  private Responder responder;
  private int next;
  private int nextSender;

  @Setup
  public void open() {
    DnsMetrics metrics = new DnsMetrics(new AddingMetrics());
    TimeSource time = TimeSource.system();
    DomainName origin = DomainName.parse(ZONE);
    ZoneTable zones = ZoneTable.of(List.of(Zone.of(zone(origin))));
    AnswerCache cache = new AnswerCache(CacheConfig.DEFAULTS, time, name -> false, random, metrics);
    for (int i = 0; i < names; i++) {
      Query query = Query.of(DomainName.parse(host(i) + OUTSIDE), RecordType.A);
      if (!cache.keep(query, answer(query.name(), address(i)))) {
        throw new IllegalStateException("not kept: " + query.name());
      }
    }
    Defence defence =
        new Defence(
            new Defence.Rules(
                AccessPolicy.DEFAULTS,
                RateLimit.OFF.withRates(100_000, 100_000, 100_000),
                Cookies.random(random)),
            time,
            random);
    QueryLog log = new QueryLog(100, true, query -> {});
    responder =
        new Responder(
            new Responder.Parts(
                zones,
                Aliases.NONE,
                protocol -> defence.guard(protocol, zones, metrics),
                () -> new CacheView(cache, random.split(), query -> {}),
                LaterAnswers.NONE,
                new QueryRecorder(log, Runnable::run, time, () -> new byte[32], metrics),
                ResponseStyle.DEFAULTS,
                random,
                metrics),
            Protocol.UDP);
    for (int i = 0; i < senders.length; i++) {
      senders[i] = Sender.of(IpAddress.ofIpv4(10 << 24 | i << 16 | 0x0707));
    }
    queries = new byte[names][];
    for (int i = 0; i < names; i++) {
      queries[i] = query(i);
    }
    Collections.shuffle(Arrays.asList(queries), new java.util.Random(7));
  }

  private ZoneSnapshot zone(DomainName origin) {
    ZoneSnapshot.Edit edit = ZoneSnapshot.empty(DcosApex.of(origin), 1).edit();
    for (int i = 0; i < names; i++) {
      edit.put(
          DomainName.parse(host(i) + ZONE), RecordSet.of(RecordType.A, TTL_SECONDS, address(i)));
    }
    return edit.commit(2);
  }

  private static String host(int i) {
    return String.format("host%05d.", i);
  }

  private static byte[] address(int i) {
    return Rdata.address(IpAddress.ofIpv4(0x0a000000 + i));
  }

  private static Answer answer(DomainName name, byte[] data) {
    ZoneRecord record = ZoneRecord.of(name, RecordType.A, TTL_SECONDS, data);
    return new Answer(
        Rcode.NOERROR, List.of(record), List.of(), List.of(), false, false, ExtendedError.NONE, "");
  }

  private byte[] query(int i) {
    return switch (path) {
      case ZONE -> message(host(i) + ZONE, null);
      case ZONE_COOKIE -> message(host(i) + ZONE, learned(message(host(i) + ZONE, new byte[8])));
      case NXDOMAIN -> message("no-" + host(i) + ZONE, null);
      case CACHE -> message(host(i) + OUTSIDE, null);
    };
  }

  /** The cookie that goes with the answer, which stands at its end. */
  private byte[] learned(byte[] query) {
    int octets = responder.answer(query, 0, query.length, senders[0]);
    return Arrays.copyOfRange(responder.octets(), octets - COOKIE_OCTETS, octets);
  }

  private static byte[] message(String name, byte[] cookie) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean edns = cookie != null;
    out.writeBytes(new byte[] {1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte) (edns ? 1 : 0)});
    for (String label : name.split("\\.")) {
      out.write(label.length());
      out.writeBytes(label.getBytes(US_ASCII));
    }
    out.writeBytes(new byte[] {0, 0, 1, 0, 1});
    if (edns) {
      byte length = (byte) (cookie.length + 4);
      out.writeBytes(new byte[] {0, 0, 41, 4, (byte) 208, 0, 0, 0, 0, 0, length});
      out.writeBytes(new byte[] {0, 10, 0, (byte) cookie.length});
      out.writeBytes(cookie);
    }
    return out.toByteArray();
  }

  /** Octets in, octets out. */
  @Benchmark
  public int answer() {
    next = next + 1 == queries.length ? 0 : next + 1;
    nextSender = path == Path.ZONE_COOKIE ? 0 : nextSender + 1 & senders.length - 1;
    byte[] query = queries[next];
    int octets = responder.answer(query, 0, query.length, senders[nextSender]);
    if (octets <= query.length && path != Path.ZONE_COOKIE) {
      throw new IllegalStateException("not answered: " + octets);
    }
    return octets;
  }
}
