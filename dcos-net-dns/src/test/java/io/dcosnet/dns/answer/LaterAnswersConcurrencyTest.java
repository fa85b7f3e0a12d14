// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class LaterAnswersConcurrencyTest {

  private static final int QUERIES = 10_000;
  private static final int THREADS = 4;

  /** Queries that wait for an answer; taken out in random order by several threads. */
  private final List<Waiting> waiting = new ArrayList<>();

  private final SplittableRandom random = new SplittableRandom(11);

  private record Waiting(Query query, CompletableFuture<Answer> answer) {}

  private CompletableFuture<Answer> ask(Query query) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    synchronized (waiting) {
      waiting.add(new Waiting(query, answer));
    }
    return answer;
  }

  private @Nullable Waiting takeAny() {
    synchronized (waiting) {
      return waiting.isEmpty() ? null : waiting.remove(random.nextInt(waiting.size()));
    }
  }

  /** The number in the name is the address, so that each answer shows whose it is. */
  private static Answer answer(Query query) {
    String label = query.name().toString();
    int number = Integer.parseInt(label.substring(1, label.indexOf('.')));
    byte[] data = Rdata.address(IpAddress.ofIpv4(0x0a000000 + number));
    ZoneRecord record = ZoneRecord.of(query.name(), RecordType.A, 60, data);
    return new Answer(0, List.of(record), List.of(), List.of(), false, false, -1, "");
  }

  @Test
  void eachClientGetsItsOwnAnswerWhateverTheOrder() throws Exception {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), Zones.addresses("192.0.2.1"));
    AskingOthers asking = new AskingOthers(HandlerChain.EMPTY, this::ask, Zone.of(edit.commit(0)));
    ExecutorService upstreams = Executors.newFixedThreadPool(THREADS);
    AtomicInteger left = new AtomicInteger(QUERIES);
    List<CompletableFuture<byte[]>> responses = new ArrayList<>();
    try {
      for (int i = 0; i < THREADS; i++) {
        upstreams.execute(
            () -> {
              while (left.get() > 0) {
                Waiting one = takeAny();
                if (one == null) {
                  Thread.onSpinWait();
                } else {
                  one.answer().complete(answer(one.query()));
                  left.decrementAndGet();
                }
              }
            });
      }
      for (int i = 0; i < QUERIES; i++) {
        while (asking.later.waiting() >= LaterAnswers.MOST_WAITING - 1) {
          Thread.onSpinWait();
        }
        Message query = query("n" + i + ".example.org", Type.A);
        query.getHeader().setID(i);
        responses.add(asking.ask(query.toWire(), i % 2 == 0 ? Protocol.UDP : Protocol.TCP));
      }
      CompletableFuture.allOf(responses.toArray(CompletableFuture<?>[]::new))
          .get(60, TimeUnit.SECONDS);
    } finally {
      left.set(0);
      upstreams.shutdownNow();
    }

    for (int i = 0; i < QUERIES; i++) {
      Message response = Asking.parse(responses.get(i).join());
      assertThat(response.getHeader().getID()).isEqualTo(i);
      assertThat(response.getQuestion().getName()).hasToString("n" + i + ".example.org.");
      List<Record> records = response.getSection(Section.ANSWER);
      assertThat(records).hasSize(1);
      assertThat(((ARecord) records.get(0)).getAddress().getHostAddress())
          .isEqualTo("10.0." + i / 256 + "." + i % 256);
    }
    assertThat(asking.later.waiting()).isZero();
    assertThat(asking.time.pending()).as("timers left").isZero();
  }
}
