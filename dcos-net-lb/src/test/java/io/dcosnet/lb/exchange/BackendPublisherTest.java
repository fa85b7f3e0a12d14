// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipBackend;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class BackendPublisherTest {

  private static final NodeId SELF = new NodeId(new UUID(0, 1));
  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.marathon", 80);

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Spied store = new Spied(LocalStore.of(SELF, time, metrics));
  private BackendPublisher publisher = publisher();

  @Test
  void writesTheFirstChangeAtOnce() {
    set(backend(1, Backend.State.UP));
    time.runReady();
    assertThat(store.writes).containsExactly("put lb/vips/tcp:web.marathon:80/10.0.0.1:1/" + SELF);
    assertThat(entry(1).backend().state()).isEqualTo(Backend.State.UP);
    assertThat(entry(1).onWriter()).isTrue();
  }

  @Test
  void writesABurstOnceAtTheEndOfTheInterval() {
    set(backend(1, Backend.State.UP));
    time.runReady();
    for (int i = 0; i < 50; i++) {
      set(backend(2, i % 2 == 0 ? Backend.State.UP : Backend.State.DRAINING));
      time.advance(Duration.ofMillis(1));
    }
    assertThat(store.writes).hasSize(1);
    time.advance(Duration.ofMillis(49));
    assertThat(store.writes).hasSize(1);
    time.advance(Duration.ofMillis(1));
    assertThat(store.writes).hasSize(2);
    assertThat(entry(2).backend().state()).isEqualTo(Backend.State.DRAINING);
  }

  @Test
  void writesAtOnceAgainAfterAQuietInterval() {
    set(backend(1, Backend.State.UP));
    time.advance(Duration.ofSeconds(1));
    set(backend(2, Backend.State.UP));
    time.runReady();
    assertThat(store.writes).hasSize(2);
  }

  @Test
  void writesNothingThatDidNotChange() {
    set(backend(1, Backend.State.UP));
    time.advance(Duration.ofSeconds(1));
    set(backend(1, Backend.State.UP));
    time.advance(Duration.ofSeconds(1));
    assertThat(store.writes).hasSize(1);
  }

  @Test
  void writesOneEntryForAHealthFlapAndKeepsTheTimeOfAnUnchangedState() {
    set(backend(1, Backend.State.UP));
    set(backend(2, Backend.State.UP));
    time.advance(Duration.ofSeconds(1));
    long since = entry(1).sinceMillis();
    set(new VipBackend(WEB, with(1, 9, Backend.State.UP), "", new TreeMap<>()));
    time.advance(Duration.ofSeconds(1));
    assertThat(store.writes).hasSize(3);
    assertThat(entry(1).sinceMillis()).isEqualTo(since);
    set(new VipBackend(WEB, with(1, 9, Backend.State.DRAINING), "", new TreeMap<>()));
    time.advance(Duration.ofSeconds(1));
    assertThat(entry(1).sinceMillis()).isGreaterThan(since);
  }

  @Test
  void deletesABackEndThatIsGone() {
    set(backend(1, Backend.State.UP));
    time.advance(Duration.ofSeconds(1));
    publisher.set(backend(1, Backend.State.UP).place(), null);
    time.advance(Duration.ofSeconds(1));
    assertThat(store.view("")).isEmpty();
    assertThat(store.writes).last().asString().startsWith("delete ");
  }

  @Test
  void tellsOneThatGoesWhileItsTaskRunsAsDrainingForAWhile() {
    set(backend(1, Backend.State.UP));
    time.advance(Duration.ofSeconds(1));
    publisher.leave(backend(1, Backend.State.UP).place());
    time.advance(Duration.ofMillis(29_900));
    publisher.leave(backend(1, Backend.State.UP).place());
    assertThat(entry(1).backend().state()).isEqualTo(Backend.State.DRAINING);
    time.advance(Duration.ofMillis(200));
    assertThat(store.view("")).isEmpty();
    publisher.leave(backend(1, Backend.State.UP).place());
    time.advance(Duration.ofMinutes(1));
    assertThat(store.view("")).isEmpty();
  }

  @Test
  void keepsOneThatComesBackWhileItGoes() {
    set(backend(1, Backend.State.UP));
    publisher.leave(backend(1, Backend.State.UP).place());
    time.advance(Duration.ofSeconds(10));
    set(backend(1, Backend.State.UP));
    time.advance(Duration.ofMinutes(1));
    assertThat(entry(1).backend().state()).isEqualTo(Backend.State.UP);
  }

  @Test
  void takesOverWhatAnEarlierRunWrote() {
    set(backend(1, Backend.State.UP));
    set(backend(2, Backend.State.UP));
    time.advance(Duration.ofSeconds(1));
    store
        .local
        .forNode(new NodeId(new UUID(0, 2)))
        .put("lb/vips/tcp:web.marathon:80/10.0.0.9:9/" + new NodeId(new UUID(0, 2)), Bytes.EMPTY);
    store.writes.clear();

    publisher = publisher();
    publisher.recall();
    set(backend(1, Backend.State.UP));
    time.advance(Duration.ofSeconds(1));
    assertThat(store.writes).isEmpty();
    publisher.settle();
    time.advance(Duration.ofSeconds(1));
    assertThat(store.writes)
        .containsExactly("delete lb/vips/tcp:web.marathon:80/10.0.0.2:2/" + SELF);
    assertThat(store.view("")).hasSize(2);
  }

  @Test
  void repeatsAWriteThatFailed() {
    store.failing = true;
    set(backend(1, Backend.State.UP));
    time.advance(Duration.ofMillis(2500));
    assertThat(store.writes).hasSizeGreaterThanOrEqualTo(2);
    assertThat(store.view("")).isEmpty();
    store.failing = false;
    time.advance(Duration.ofSeconds(2));
    assertThat(store.view("")).hasSize(1);
    assertThat(metrics.count("dcosnet.lb.exchange.write.failures")).isGreaterThanOrEqualTo(2);
    int writes = store.writes.size();
    time.advance(Duration.ofSeconds(60));
    assertThat(store.writes).hasSize(writes);
  }

  @Test
  void repeatsADeleteThatFailed() {
    set(backend(1, Backend.State.UP));
    time.advance(Duration.ofSeconds(1));
    store.failing = true;
    publisher.set(backend(1, Backend.State.UP).place(), null);
    time.advance(Duration.ofMillis(2500));
    store.failing = false;
    time.advance(Duration.ofSeconds(2));
    assertThat(store.view("")).isEmpty();
  }

  @Test
  void writesNoMoreOnceClosed() {
    set(backend(1, Backend.State.UP));
    publisher.close();
    time.advance(Duration.ofSeconds(5));
    assertThat(store.writes).isEmpty();
  }

  private BackendPublisher publisher() {
    return new BackendPublisher(
        store, time, backend -> true, Duration.ofSeconds(30), new LbMetrics(metrics));
  }

  private void set(VipBackend backend) {
    publisher.set(backend.place(), backend);
  }

  private BackendEntry entry(int number) {
    String key = new BackendKey(backend(number, Backend.State.UP).place(), SELF).toString();
    return BackendEntry.decode(requireNonNull(store.view(key).get(key)).value());
  }

  private static VipBackend backend(int number, Backend.State state) {
    return new VipBackend(WEB, with(number, 1, state), "", new TreeMap<>());
  }

  private static Backend with(int number, int weight, Backend.State state) {
    IpAddress address = IpAddress.parse("10.0.0." + number);
    return new Backend(new HostPort(address, number), address, weight, state);
  }

  /** Notes every write, and refuses them when told to. */
  private static final class Spied implements ReplicatedStore {
    final LocalStore local;
    final List<String> writes = new ArrayList<>();
    boolean failing;

    Spied(LocalStore local) {
      this.local = local;
    }

    @Override
    public NodeId localNode() {
      return local.localNode();
    }

    @Override
    public CompletionStage<Write> put(String key, Bytes value) {
      writes.add("put " + key);
      return failing
          ? CompletableFuture.failedStage(new DcosNetException("full"))
          : local.put(key, value);
    }

    @Override
    public CompletionStage<Write> delete(String key) {
      writes.add("delete " + key);
      return failing
          ? CompletableFuture.failedStage(new DcosNetException("full"))
          : local.delete(key);
    }

    @Override
    public NavigableMap<String, Entry> view(String prefix) {
      return local.view(prefix);
    }

    @Override
    public Subscription watch(String prefix, Executor executor, Listener listener) {
      return local.watch(prefix, executor, listener);
    }

    @Override
    public CompletionStage<Set<NodeId>> awaitSeen(Write write, Duration timeout) {
      return local.awaitSeen(write, timeout);
    }

    @Override
    public String why(String key) {
      return local.why(key);
    }
  }
}
