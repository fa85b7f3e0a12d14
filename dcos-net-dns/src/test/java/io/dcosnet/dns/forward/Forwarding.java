// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A forwarder between a test and scripted servers, on virtual time. */
final class Forwarding {

  static final DomainName NAME = DomainName.parse("www.example.org");
  static final Query QUERY = Query.of(NAME, RecordType.A);

  /** An answer and how long it took. */
  record Timed(Answer answer, Duration took) {}

  final VirtualTime time = new VirtualTime();
  final ScriptedUpstreams servers = new ScriptedUpstreams(time);
  final RecordingMetrics metrics = new RecordingMetrics();

  Forwarder forwarder(Policy policy, int count) {
    return forwarder(policy, count, builder -> {});
  }

  Forwarder forwarder(Policy policy, int count, Consumer<Forwarder.Builder> more) {
    Forwarder.Builder builder =
        Forwarder.builder(servers, time, new SplittableRandom(1))
            .routes(table(policy, count))
            .metrics(metrics);
    more.accept(builder);
    return builder.build();
  }

  static RoutingTable table(Policy policy, int count) {
    List<Upstream> upstreams =
        IntStream.rangeClosed(1, count).mapToObj(ScriptedUpstreams::server).toList();
    return RoutingTable.builder().defaultRoute(policy, upstreams).build();
  }

  Timed ask(Forwarder forwarder, Query query) {
    long start = time.nanos();
    CompletableFuture<Answer> answer = forwarder.resolve(query).toCompletableFuture();
    assertThat(time.runUntil(answer::isDone, Duration.ofMinutes(1))).isTrue();
    return new Timed(answer.join(), Duration.ofNanos(time.nanos() - start));
  }
}
