// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.AllocatedOctets;
import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.RecordType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing is allocated for an answer from the cache, nor for the word that there is none. */
class CacheAllocationTest {

  private static final int NAMES = 2000;
  private static final int ROUNDS = 20;

  private final AllocatedOctets allocated = new AllocatedOctets();
  private final AnswerCache cache =
      new AnswerCache(
          CacheConfig.DEFAULTS,
          TimeSource.system(),
          name -> false,
          new SplittableRandom(1),
          new DnsMetrics(MetricsSink.none()));
  private final CacheView view = new CacheView(cache, new SplittableRandom(2), query -> {});
  private final QueryReader reader = new QueryReader();
  private final ResponseWriter response = new ResponseWriter();
  private final Sender sender = new Sender();
  private final List<byte[]> queries = new ArrayList<>();

  @BeforeEach
  void fill() {
    for (int i = 0; i < NAMES; i++) {
      DomainName name = DomainName.parse("h" + i + ".example.org");
      assertThat(cache.keep(Query.of(name, RecordType.A), answer(name, i))).isTrue();
      queries.add(Caching.query(name.toString(), RecordType.A).toWire());
    }
  }

  /** Of every shape: one record, many, a chain, a denial, a failure. */
  private static Answer answer(DomainName name, int i) {
    DomainName end = DomainName.parse("end.example.net");
    return switch (i % 5) {
      case 0 -> Caching.answer(Rcode.NOERROR, List.of(Caching.a(name, 3600, 1)), List.of());
      case 1 ->
          Caching.answer(
              Rcode.NOERROR,
              List.of(Caching.a(name, 3600, 1), Caching.a(name, 3600, 2)),
              List.of());
      case 2 ->
          Caching.answer(
              Rcode.NOERROR,
              List.of(Caching.cname(name, 3600, end), Caching.a(end, 60, 1), Caching.a(end, 60, 2)),
              List.of());
      case 3 -> Caching.nxdomain(1000, 1000);
      default -> Answer.failure(Rcode.SERVFAIL, ExtendedError.NETWORK_ERROR, "nobody there");
    };
  }

  private int ask(byte[] query) {
    reader.read(query, 0, query.length);
    response.begin(reader, 1232, Rcode.NOERROR, ExtendedError.NONE);
    int rcode =
        view.answer(reader, sender, query, reader.nameStart(), reader.nameLength(), response);
    response.finish();
    return rcode;
  }

  @Test
  void givesKeptAnswersWithoutAllocation() {
    for (int round = 0; round < ROUNDS; round++) { // until the table has the size that it needs
      queries.forEach(query -> assertThat(ask(query)).isGreaterThanOrEqualTo(0));
    }
    allocated.now(); // the first call makes something itself
    long before = allocated.now();

    int answered = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (byte[] query : queries) {
        answered += ask(query) >= 0 ? 1 : 0;
      }
    }

    assertThat((allocated.now() - before) / answered).isZero();
    assertThat(answered).isEqualTo(ROUNDS * NAMES);
  }

  @Test
  void tellsThatNothingIsKeptWithoutAllocation() {
    byte[] unknown = Caching.query("unknown.example.org", RecordType.A).toWire();
    for (int i = 0; i < 10_000; i++) {
      assertThat(ask(unknown)).isEqualTo(Elsewhere.LATER);
    }
    allocated.now();
    long before = allocated.now();

    for (int i = 0; i < 10_000; i++) {
      ask(unknown);
    }

    assertThat((allocated.now() - before) / 10_000).isZero();
  }
}
