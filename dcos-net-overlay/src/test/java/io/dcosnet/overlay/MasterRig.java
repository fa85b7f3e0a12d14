// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Masters of one cluster in virtual time, and the words of agents that talk to them. */
public final class MasterRig implements AutoCloseable {

  public static final String CONFIG =
      """
      {"vtep_subnet":"44.128.0.0/24","vtep_mac_oui":"70:b3:d5:00:00:00","overlays":[
        {"name":"a","subnet":"9.0.0.0/16","prefix":24}]}""";

  public final VirtualTime time = new VirtualTime();
  final RecordingMetrics metrics = new RecordingMetrics();
  public final LocalStore hosts = LocalStore.of(id(9999));
  public final NetRuntime net = NetRuntime.builder().scheduler(time).metrics(metrics).build();
  FaultyStore store = new FaultyStore();
  private final List<OverlayMaster> masters = new ArrayList<>();

  public MasterRig() {}

  public static NodeId id(int number) {
    return new NodeId(new UUID(0, number));
  }

  public static IpAddress ip(int number) {
    return IpAddress.parse("203.0.113.0").plus(number);
  }

  /** One that is built and not started. */
  public OverlayMaster master(String config, @Nullable LeaderElection election) {
    OverlayMaster.Builder builder =
        OverlayMaster.builder(net).allocations(store, NetworkConfig.parse(config)).store(hosts);
    OverlayMaster master = (election == null ? builder : builder.election(election)).build();
    masters.add(master);
    return master;
  }

  /** One that leads. */
  public OverlayMaster leading(String config) {
    OverlayMaster master = master(config, null);
    assertThat(done(master.start())).isNull();
    return master;
  }

  /** One that leads and has listened to agents. */
  public OverlayMaster open() {
    OverlayMaster master = leading(CONFIG);
    time.advance(NetworkConfig.DEFAULT_QUORUM_WAIT);
    assertThat(master.status().isServing()).isTrue();
    return master;
  }

  public <T> T done(CompletionStage<T> stage) {
    time.runReady();
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).isCompleted();
    return future.join();
  }

  public RegisterAnswer register(OverlayMaster master, RegisterRequest request) {
    return done(master.register(request));
  }

  public RegisterAnswer register(OverlayMaster master, int number) {
    return register(master, RegisterRequest.first(id(number), ip(number), Wants.EVERYTHING));
  }

  public Assignment assigned(OverlayMaster master, int number) {
    return assigned(register(master, number));
  }

  public static Assignment assigned(RegisterAnswer answer) {
    assertThat(answer).isInstanceOf(RegisterAnswer.Assigned.class);
    return ((RegisterAnswer.Assigned) answer).assignment();
  }

  public static RegisterRequest heartbeat(Assignment held) {
    return heartbeat(held, held.record().ip());
  }

  public static RegisterRequest heartbeat(Assignment held, IpAddress ip) {
    return RegisterRequest.holding(held.record().agent(), ip, Wants.EVERYTHING, held);
  }

  public static String code(RegisterAnswer answer) {
    if (answer instanceof RegisterAnswer.Refused refused) {
      return "refused " + refused.reason().code();
    } else if (answer instanceof RegisterAnswer.Later later) {
      return "later " + later.reason().code();
    }
    return answer.getClass().getSimpleName();
  }

  public List<AgentRecord> remove(OverlayMaster master, int number) {
    Removal removal = done(master.remove(Removal.Request.of(id(number)).forced()));
    assertThat(removal).isInstanceOf(Removal.Removed.class);
    return ((Removal.Removed) removal).agents();
  }

  /** The store is gone with all that was in it. */
  public void loseStore() {
    store = new FaultyStore();
  }

  public void stop(OverlayMaster master) {
    var unused = done(master.stop(Duration.ZERO));
  }

  @Override
  public void close() {
    for (OverlayMaster master : masters) {
      var unused = master.stop(Duration.ZERO);
    }
    time.runReady();
    net.close();
  }
}
