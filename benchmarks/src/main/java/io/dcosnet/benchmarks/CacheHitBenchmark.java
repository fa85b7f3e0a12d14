// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.cache.CacheView;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
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
 * What a query costs that is answered from the cache: reading it, finding the answer among many,
 * writing the response. Each query asks for another name, in an order that no prefetcher guesses.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CacheHitBenchmark {

  private static final int TTL_SECONDS = 3600;

  @Param({"1", "10000"})
  int names;

  @Param({"1", "8"})
  int records;

  private final QueryReader reader = new QueryReader();
  private final ResponseWriter response = new ResponseWriter();
  private final Sender sender = new Sender();
  private byte[][] queries = {};
  private CacheView view;
  private int next;

  @Setup
  public void fill() {
    DnsMetrics metrics = new DnsMetrics(MetricsSink.none());
    SplittableRandom random = new SplittableRandom(7);
    AnswerCache cache =
        new AnswerCache(CacheConfig.DEFAULTS, TimeSource.system(), name -> false, random, metrics);
    view = new CacheView(cache, random.split(), query -> {});
    queries = new byte[names][];
    for (int i = 0; i < names; i++) {
      String name = String.format("host%05d.app.perf.example.org", i);
      Query query = Query.of(DomainName.parse(name), RecordType.A);
      if (!cache.keep(query, answer(query.name(), records))) {
        throw new IllegalStateException("not kept: " + name);
      }
      queries[i] = message(name);
    }
    for (int i = names - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      byte[] moved = queries[i];
      queries[i] = queries[other];
      queries[other] = moved;
    }
  }

  private static Answer answer(DomainName name, int records) {
    List<ZoneRecord> all = new ArrayList<>();
    for (int i = 1; i <= records; i++) {
      byte[] data = Rdata.address(IpAddress.parse("192.0.2." + i));
      all.add(ZoneRecord.of(name, RecordType.A, TTL_SECONDS, data));
    }
    return new Answer(
        Rcode.NOERROR, all, List.of(), List.of(), false, false, ExtendedError.NONE, "");
  }

  /** A query with RD and an OPT record. */
  private static byte[] message(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1});
    for (String label : name.split("\\.")) {
      out.write(label.length());
      out.writeBytes(label.getBytes(US_ASCII));
    }
    out.writeBytes(new byte[] {0, 0, 1, 0, 1, 0, 0, 41, 4, (byte) 208, 0, 0, 0, 0, 0, 0});
    return out.toByteArray();
  }

  private int nextQuery() {
    next = next + 1 == queries.length ? 0 : next + 1;
    return next;
  }

  /** Reading the query and writing a response without records: what is not the cache's. */
  @Benchmark
  public int bare() {
    byte[] query = queries[nextQuery()];
    reader.read(query, 0, query.length);
    response.begin(reader, 1232, Rcode.NOERROR, ExtendedError.NONE);
    return response.finish();
  }

  /** The same with the answer. */
  @Benchmark
  public int hit() {
    byte[] query = queries[nextQuery()];
    reader.read(query, 0, query.length);
    response.begin(reader, 1232, Rcode.NOERROR, ExtendedError.NONE);
    int rcode =
        view.answer(reader, sender, query, reader.nameStart(), reader.nameLength(), response);
    if (rcode != Rcode.NOERROR) {
      throw new IllegalStateException("not answered: " + rcode);
    }
    return response.finish();
  }
}
