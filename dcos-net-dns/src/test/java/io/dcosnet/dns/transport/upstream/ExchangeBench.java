// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.forward.Exchange.Call;
import io.dcosnet.dns.forward.ExchangeFailedException;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Reply;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.metrics.UpstreamMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Query;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** An exchange with its runtime and figures, for tests that ask {@link ScriptedUpstream}s. */
final class ExchangeBench implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(5);

  final RecordingMetrics metrics = new RecordingMetrics();
  final VirtualTime time = new VirtualTime();
  private final int loops;
  NetRuntime net;
  NettyExchange exchange;

  ExchangeBench(int loops) {
    this.loops = loops;
    net = NetRuntime.builder().ioThreads(loops).build();
    exchange = make(ExchangeConfig.defaults());
  }

  private NettyExchange make(ExchangeConfig config) {
    return new NettyExchange(net, config, new UpstreamMetrics(metrics));
  }

  void restart(ExchangeConfig config) {
    exchange.close().toCompletableFuture().join();
    exchange = make(config);
  }

  void useVirtualTime() {
    close();
    net = NetRuntime.builder().ioThreads(loops).scheduler(time).build();
    exchange = make(ExchangeConfig.defaults());
  }

  int loops() {
    return loops;
  }

  static Query query(String name) {
    return Query.of(DomainName.parse(name), 1);
  }

  static Upstream upstream(String address, int port) {
    return Upstream.of(new HostPort(IpAddress.parse(address), port));
  }

  Call start(Upstream upstream, String name, Carrier carrier, boolean edns) {
    return start(upstream, query(name), carrier, edns);
  }

  Call start(Upstream upstream, Query query, Carrier carrier, boolean edns) {
    return exchange.ask(upstream, query, carrier, edns, TIMEOUT);
  }

  Reply ask(Upstream upstream, String name, Carrier carrier) {
    return get(start(upstream, name, carrier, true));
  }

  Reply get(Call call) {
    return call.reply().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Why a question gets no reply. */
  Kind failure(Upstream upstream, Carrier carrier) {
    return kindOf(start(upstream, "www.example.org.", carrier, true), Duration.ZERO);
  }

  /** The same, moving the clock in such steps until it is over. */
  Kind kindOf(Call call, Duration step) {
    while (!step.isZero() && !call.reply().toCompletableFuture().isDone()) {
      time.advance(step);
      Thread.onSpinWait();
    }
    try {
      throw new AssertionError("no failure: " + get(call));
    } catch (CompletionException e) {
      if (e.getCause() instanceof ExchangeFailedException failure) {
        return failure.kind();
      }
      throw e;
    }
  }

  long mismatches(String reason) {
    return metrics.count("dcosnet.dns.exchange.mismatches", "reason", reason);
  }

  long sockets(String carrier) {
    return metrics.gauge("dcosnet.dns.exchange.sockets", "carrier", carrier);
  }

  long pending() {
    return metrics.gauge("dcosnet.dns.exchange.pending");
  }

  @Override
  public void close() {
    exchange.close().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    net.close();
  }
}
