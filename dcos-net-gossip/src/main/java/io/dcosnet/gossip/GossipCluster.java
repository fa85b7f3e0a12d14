// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.gossip.crdt.CrdtStore;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.TimelineStep;
import io.dcosnet.gossip.seed.SeedProvider;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.netty.NetRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One member of a cluster, with its sockets.
 *
 * <pre>{@code
 * GossipCluster gossip =
 *     GossipCluster.builder(net)
 *         .name("agent-1")
 *         .bind(HostPort.parse("10.0.0.5:7950"))
 *         .seeds(Seeds.of(HostPort.parse("10.0.0.2:7950")))
 *         .keys(KeyRing.of(key))
 *         .label("production")
 *         .build();
 * net.startAll(gossip);
 * }</pre>
 *
 * <p><b>Thread-safe.</b>
 */
public abstract class GossipCluster implements Lifecycle {

  /** Port of gossip unless it was told otherwise, for UDP and TCP. */
  public static final int DEFAULT_PORT = 7950;

  GossipCluster() {}

  public static Builder builder(NetRuntime net) {
    return new ClusterBuilder(net);
  }

  /**
   * The address that UDP and TCP are bound to, with the port that was chosen.
   *
   * @throws IllegalStateException before the start
   */
  public abstract HostPort address();

  /**
   * The identity; another one after it was found cloned.
   *
   * @throws IllegalStateException before the start, unless it was given
   */
  public abstract NodeId id();

  public abstract Membership membership();

  public abstract NodeMessages messages();

  public abstract Broadcast broadcast();

  /**
   * The replicated store of the cluster as this node has it.
   *
   * @throws IllegalStateException when it was built without
   */
  public abstract ReplicatedStore store();

  /**
   * The same data, with keys that several nodes may write to.
   *
   * @throws IllegalStateException when it was built without a store
   */
  public abstract CrdtStore crdts();

  /**
   * Why the store is not kept on disk at present, such as a full disk; it goes on in memory. Empty
   * while all is well, or nothing is to be kept.
   */
  public abstract Optional<String> storeFault();

  /** The keys that it was built with; those of others are merged into them. */
  public abstract Optional<KeyRing> keys();

  public abstract Reachability reachability();

  /** Completes when another member was met; at once where no seeds are given. */
  public abstract CompletionStage<Void> joined();

  /**
   * Hands over what the store has to a member that stays, says good-bye, lingers, and stops; {@link
   * #stop} without it looks like a crash. With no member in reach it goes on after a while; writes
   * that nobody else has then come back with this node only.
   */
  public abstract CompletionStage<Void> leave(Duration timeout);

  /**
   * Changes what this node says of itself.
   *
   * @throws IllegalArgumentException when it is too long
   */
  public abstract void metadata(Map<String, String> metadata);

  /**
   * Changes which networks are heard and sent to, all when the list is empty; streams to others end
   * at once.
   *
   * @return completes when it holds; fails when the node does not run
   */
  public abstract CompletionStage<Void> allow(List<Cidr> networks);

  /** How the belief about a member came about, oldest step first. */
  public abstract CompletionStage<List<TimelineStep>> why(NodeId id);

  /**
   * What is known of a key of the store, for people: what it holds, who wrote it when, and which
   * replicas are known to have it.
   *
   * @throws IllegalStateException when it was built without a store
   */
  public abstract CompletionStage<String> why(String key);

  /** What happens, in order, one call at a time. */
  public abstract Subscription onEvent(Executor executor, Consumer<GossipEvent> listener);

  /** The state of the node for people, as JSON. */
  public abstract CompletionStage<String> debugSnapshot();

  /** What a node is made with. <b>Not thread-safe.</b> */
  public abstract static class Builder {
    Builder() {}

    public abstract Builder name(String name);

    /** Where UDP and TCP listen; port 0 lets the system choose one that is free for both. */
    public abstract Builder bind(HostPort address);

    /** What others are told instead of the bound address. */
    public abstract Builder advertise(HostPort address);

    /** The identity; without it one is kept in the data directory, or made up. */
    public abstract Builder id(NodeId id);

    /** Where identity, epoch, members and keys are kept; without it nothing is. */
    public abstract Builder data(Path directory);

    public abstract Builder seeds(SeedProvider seeds);

    public abstract Builder settings(GossipSettings settings);

    /**
     * Gives the node a copy of the replicated store; kept in the data directory if there is one.
     */
    public abstract Builder store(StoreSettings settings);

    /** Keys, which the members share; without them {@link #insecure} must be said. */
    public abstract Builder keys(KeyRing keys);

    /** What to do with traffic that is not sealed; for the change to encryption and back. */
    public abstract Builder plain(PlainPolicy policy);

    /** No encryption and no proof of origin: for tests. */
    public abstract Builder insecure();

    /** Name of the cluster, 1 to 255 octets; members of another one are not heard. */
    public abstract Builder label(String label);

    /** At most 512 octets with all that is around it. */
    public abstract Builder metadata(Map<String, String> metadata);

    /** Networks that are heard and sent to; all of them unless this is said. */
    public abstract Builder allowed(List<Cidr> networks);

    /**
     * Stops the node when another process uses its identity; otherwise it takes a new one, and the
     * old one stays with the other process.
     */
    public abstract Builder stopWhenCloned();

    /**
     * Checks everything; opens nothing.
     *
     * @throws io.dcosnet.api.ConfigurationException that lists all problems
     */
    public abstract GossipCluster build();
  }
}
