// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Part;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Blocker;
import io.dcosnet.overlay.allocate.ConfigChange;
import io.dcosnet.overlay.allocate.Explanation;
import io.dcosnet.overlay.allocate.Reconfiguration;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.MasterLink;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Gives the agents of a cluster their addresses, as the overlay module of the Mesos master did:
 * {@link Allocations} with all that agents and operators say to them.
 *
 * <pre>{@code
 * OverlayMaster master =
 *     OverlayMaster.builder(net).allocations(store, config).store(gossip.store()).build();
 * }</pre>
 *
 * <p>Of several masters one leads ({@link Builder#election}); the others answer everybody that they
 * do not, and where the leader is. A master whose store is empty cannot know whether the cluster is
 * new or has lost its store. So it listens for {@link NetworkConfig#quorumWait} to what agents say
 * to have, takes over what nobody contradicts, and only then gives out something new.
 *
 * <p>Without an election {@link #start} completes when this master leads, and fails when it cannot;
 * with one it completes at once.
 *
 * <p><b>Thread-safe.</b> It has no thread; stages complete on the scheduler of the runtime, so what
 * is attached to them must be short and must not block.
 */
public final class OverlayMaster extends Part {

  private final MasterControl control;

  private OverlayMaster(Builder builder) {
    super("overlay master");
    control = new MasterControl(builder);
  }

  public static Builder builder(NetRuntime net) {
    return new Builder(net);
  }

  /**
   * An agent registers, for the first time or again, or says that it is still there. What is
   * nothing new is answered without a write.
   *
   * @return never fails; {@link RegisterAnswer.Later} with the code {@code NOT_LEADING} when
   *     another master has to be asked
   */
  public CompletionStage<RegisterAnswer> register(RegisterRequest request) {
    return control.register(requireNonNull(request, "request"));
  }

  /**
   * An agent tells what became of what it was given. Known here only, and only while this master
   * leads.
   *
   * @return fails with {@link DcosNetException} unless it leads
   */
  public CompletionStage<Void> applied(AppliedReport report) {
    return control.applied(requireNonNull(report, "report"));
  }

  /** For agents in the same process, and for simulations. */
  public MasterLink link() {
    return new MasterLink() {
      @Override
      public CompletionStage<RegisterAnswer> register(RegisterRequest request) {
        return OverlayMaster.this.register(request);
      }

      @Override
      public CompletionStage<Void> applied(AppliedReport report) {
        return OverlayMaster.this.applied(report);
      }
    };
  }

  /**
   * Agents are deleted ({@link Allocator#remove}); all hosts are told to forget them. An agent that
   * lives on registers anew.
   */
  public CompletionStage<Removal> remove(Removal.Request request) {
    return control.remove(requireNonNull(request, "request"));
  }

  /**
   * Another agent at the address of one of these inherits from it as soon as it registers, as if
   * the first one were silent for long: its host was replaced. Holds while this master leads.
   *
   * @return fails with {@link DcosNetException} unless it leads
   */
  public CompletionStage<Void> giveUp(Set<NodeId> agents) {
    return control.giveUp(Set.copyOf(agents));
  }

  /**
   * What would be in the way of another configuration.
   *
   * @return none: it can be put in force; empty unless this master leads
   */
  public Optional<List<Blocker>> blockers(NetworkConfig config) {
    requireNonNull(config, "config");
    return view()
        .map(MasterView::allocations)
        .map(now -> ConfigChange.blockers(Optional.of(now.config()), config, now.agents()));
  }

  /**
   * Another configuration is wanted from now on ({@link Allocator#reconfigure}). Whatever this
   * process was built with counts again when it starts again.
   */
  public CompletionStage<Reconfiguration> reconfigure(NetworkConfig config) {
    return control.reconfigure(requireNonNull(config, "config"));
  }

  /**
   * Lets agents say what they have, although the store is not empty: it was replaced by an older
   * one, for example. Nothing is given out for {@link NetworkConfig#quorumWait}. What agents know
   * better than the store is taken over; what contradicts anything waits for a person.
   *
   * @return completes when it has begun, durably; fails with {@link DcosNetException} unless this
   *     master leads
   */
  public CompletionStage<Void> rebuild() {
    return control.rebuild();
  }

  /** Where those should go who want the leader, which is not here; empty if nobody knows. */
  public Optional<URI> elsewhere() {
    return control.elsewhere();
  }

  /** Monotonic time of the clock that this master goes by. */
  public long nanos() {
    return control.nanos();
  }

  /** How it fares. */
  public MasterStatus status() {
    return control.status();
  }

  /** What it knows; empty unless it leads. */
  public Optional<MasterView> view() {
    return control.view();
  }

  /**
   * Checks everything that must hold of the allocations ({@link MasterView#verify}).
   *
   * @return what does not hold; empty unless this master leads
   */
  public Optional<List<Rejection>> verify() {
    return view().map(MasterView::verify);
  }

  /** Who has an address, or why nobody has; empty unless this master leads. */
  public Optional<Explanation> explain(IpAddress address) {
    requireNonNull(address, "address");
    return view().map(now -> Explanation.of(now.allocations(), address, control.nanos()));
  }

  @Override
  protected CompletionStage<?> open() {
    return control.open();
  }

  @Override
  protected CompletionStage<?> shut(Duration grace) {
    return control.close();
  }

  /** What a master is made of. <b>Confined to</b> one thread. */
  public static final class Builder {
    // Read by MasterControl.
    final NetRuntime net;
    @Nullable DurableStore durable;
    @Nullable NetworkConfig config;
    @Nullable LeaderElection election;
    @Nullable ReplicatedStore replicated;
    Duration commitTimeout = Allocations.DEFAULT_COMMIT_TIMEOUT;

    private Builder(NetRuntime net) {
      this.net = requireNonNull(net, "net");
    }

    /**
     * Where allocations are kept, and what shall be in force from the start on ({@link
     * Allocations#builder}). Required. The store is not closed.
     */
    public Builder allocations(DurableStore store, NetworkConfig networkConfig) {
      durable = requireNonNull(store, "store");
      config = requireNonNull(networkConfig, "networkConfig");
      return this;
    }

    /** Which of several masters leads. Default: none, for the only one. Not closed. */
    public Builder election(LeaderElection leaderElection) {
      election = requireNonNull(leaderElection, "leaderElection");
      return this;
    }

    /** Where hosts are told of agents that are gone. Default: none; then nobody is told. */
    public Builder store(ReplicatedStore replicatedStore) {
      replicated = requireNonNull(replicatedStore, "replicatedStore");
      return this;
    }

    /** See {@link Allocations.Builder#commitTimeout}. Default 5 min. */
    public Builder commitTimeout(Duration timeout) {
      commitTimeout = requireNonNull(timeout, "timeout");
      return this;
    }

    /**
     * The master; opens nothing.
     *
     * @throws IllegalArgumentException without {@link #allocations}
     */
    public OverlayMaster build() {
      if (durable == null || config == null) {
        throw new IllegalArgumentException(
            "allocations: missing (expected: a store and a configuration)");
      }
      return new OverlayMaster(this);
    }
  }
}
