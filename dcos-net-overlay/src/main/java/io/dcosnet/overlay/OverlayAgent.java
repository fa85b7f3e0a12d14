// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.Part;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.agent.AddressExplanation;
import io.dcosnet.overlay.agent.AgentRules;
import io.dcosnet.overlay.agent.AgentStatus;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.overlay.link.MasterLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this host a part of the overlays: gets its addresses from a master, learns of the other
 * hosts by the store, and has the kernel hold what follows from both.
 *
 * <pre>{@code
 * OverlayAgent agent =
 *     OverlayAgent.builder(net).node(id).address(ip).master(link).store(store)
 *         .network(network).directory(data.resolve("overlay")).build();
 * }</pre>
 *
 * <p>What it was given, and whom it knew, it keeps on its disk; after a restart it puts that on the
 * host before any master answers, so that no packet is lost. It works on while masters are away.
 *
 * <p><b>Thread-safe.</b> It has no thread of its own: decisions are made on the scheduler of the
 * runtime, files are written on its executor.
 */
public final class OverlayAgent extends Part {

  private static final Logger LOGGER = LoggerFactory.getLogger(OverlayAgent.class);

  /** What an agent is made of. */
  record Parts(
      NodeId node,
      IpAddress address,
      Wants wants,
      OptionalInt mtu,
      MasterLink master,
      ReplicatedStore store,
      HostNetwork network,
      Path directory,
      AgentRules rules,
      RandomGenerator random,
      AgentMetrics metrics,
      Consumer<AgentStatus> listener) {}

  private final NetRuntime net;
  private final HostNetwork network;
  private final AgentControl control;
  private final List<Consumer<AgentStatus>> listeners;
  private volatile boolean leaveInPlace;

  private OverlayAgent(Builder builder, Parts parts, List<Consumer<AgentStatus>> listeners) {
    super("overlay agent");
    this.net = builder.net;
    this.network = parts.network();
    this.leaveInPlace = builder.leaveInPlace;
    this.listeners = listeners;
    this.control = new AgentControl(parts, net.scheduler(), net.executor());
  }

  public static Builder builder(NetRuntime net) {
    return new Builder(net);
  }

  /** How it stands now. */
  public AgentStatus status() {
    return control.status();
  }

  /** Tells after each step, on the scheduler; must not block. */
  public Subscription onStatus(Consumer<AgentStatus> listener) {
    listeners.add(requireNonNull(listener, "listener"));
    return () -> listeners.remove(listener);
  }

  /** What an address is to this host, and whether packets get there. */
  public AddressExplanation explain(IpAddress address) {
    return status().explain(requireNonNull(address, "address"));
  }

  /** Of the host's network, as {@link HostNetwork#name}. */
  public String networkName() {
    return network.name();
  }

  /**
   * What would be changed on the host now, one step a line; empty when it is as it should be, and
   * for an agent that was given nothing, as that leaves the host alone. Fails with {@link
   * io.dcosnet.api.DcosNetException} when the kernel cannot be asked.
   */
  public CompletionStage<List<String>> plan() {
    AgentStatus now = status();
    if (now.assignment().isEmpty()) {
      return CompletableFuture.completedStage(List.of());
    }
    try {
      return CompletableFuture.supplyAsync(() -> network.plan(now.desired()), net.executor());
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /**
   * This host has another address on the underlay. Its subnets stay; the others learn of it at
   * once, and the master is asked. Nothing happens unless the agent runs.
   */
  public void address(IpAddress address) {
    requireNonNull(address, "address");
    onScheduler(() -> control.moved(address));
  }

  /**
   * There is a new master, as far as somebody else knows: it is asked soon, and not only after a
   * pause that has become long.
   */
  public void masterChanged() {
    onScheduler(control::masterChanged);
  }

  private void onScheduler(Runnable work) {
    if (state() == State.RUNNING || state() == State.STARTING) {
      try {
        net.scheduler().execute(work);
      } catch (RejectedExecutionException e) {
        LOGGER.debug("the scheduler is closed", e);
      }
    }
  }

  @Override
  protected CompletionStage<?> open() {
    return control.open();
  }

  @Override
  protected CompletionStage<?> shut(Duration grace) {
    return control.close(leaveInPlace);
  }

  /**
   * Stops, whatever the builder said of what is left.
   *
   * @param leave true leaves the devices and what others know of this host, so that its containers
   *     go on; false takes both away
   */
  public CompletionStage<Void> stop(boolean leave) {
    leaveInPlace = leave;
    return stop(Lifecycle.DEFAULT_GRACE);
  }

  /** What an agent is made of. <b>Confined to</b> one thread. */
  public static final class Builder {

    private final NetRuntime net;
    private @Nullable NodeId node;
    private @Nullable IpAddress address;
    private Wants wants = Wants.EVERYTHING;
    private @Nullable MasterLink master;
    private @Nullable ReplicatedStore store;
    private @Nullable HostNetwork network;
    private @Nullable Path directory;
    private OptionalInt mtu = OptionalInt.empty();
    private AgentRules rules = AgentRules.DEFAULTS;
    private boolean leaveInPlace = true;

    private Builder(NetRuntime net) {
      this.net = requireNonNull(net, "net");
    }

    /** Who this host is. Required; that of the store. */
    public Builder node(NodeId id) {
      node = requireNonNull(id, "id");
      return this;
    }

    /** Its address on the underlay. Required. */
    public Builder address(IpAddress ip) {
      address = requireNonNull(ip, "ip");
      return this;
    }

    /** What it asks for. Default: a subnet of every overlay, with all its ranges. */
    public Builder wants(Wants what) {
      wants = requireNonNull(what, "what");
      return this;
    }

    /** How the master is reached. Required. */
    public Builder master(MasterLink link) {
      master = requireNonNull(link, "link");
      return this;
    }

    /** By what agents learn of each other. Required; not closed by this. */
    public Builder store(ReplicatedStore replicatedStore) {
      store = requireNonNull(replicatedStore, "replicatedStore");
      return this;
    }

    /** The network of this host. Required; stopped with the agent. */
    public Builder network(HostNetwork hostNetwork) {
      network = requireNonNull(hostNetwork, "hostNetwork");
      return this;
    }

    /**
     * Where it keeps what it was given. Required; made where it is missing. One process at a time
     * may use it.
     */
    public Builder directory(Path own) {
      directory = requireNonNull(own, "own");
      return this;
    }

    /**
     * MTU of the bridges in bytes, {@code overlay_mtu} of DC/OS; 552-65535. Default: that of the
     * tunnel, which is right unless packets meet a narrower link further on.
     */
    public Builder mtu(int bytes) {
      mtu = OptionalInt.of(bytes);
      return this;
    }

    /** How often it asks. Default: {@link AgentRules#DEFAULTS}. */
    public Builder rules(AgentRules agentRules) {
      rules = requireNonNull(agentRules, "agentRules");
      return this;
    }

    /**
     * Whether the devices, and what others know of this host, stay when it stops, so that its
     * containers go on during an upgrade. Default true.
     */
    public Builder leaveInPlace(boolean leave) {
      leaveInPlace = leave;
      return this;
    }

    /**
     * Checks everything together; opens nothing.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public OverlayAgent build() {
      List<String> problems = new ArrayList<>();
      needed(problems, "node", node);
      needed(problems, "address", address);
      needed(problems, "master", master);
      needed(problems, "store", store);
      needed(problems, "network", network);
      needed(problems, "directory", directory);
      if (node != null && store != null && !store.localNode().equals(node)) {
        problems.add("node: " + node + " (expected: " + store.localNode() + ", as the store has)");
      }
      if (mtu.isPresent() && (mtu.getAsInt() < 552 || mtu.getAsInt() > 65535)) {
        problems.add("mtu: " + mtu.getAsInt() + " (expected: 552-65535)");
      }
      if (address != null && address.isIpv4Mapped()) {
        problems.add("address: " + address + " (expected: " + address.unmapped() + ")");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      List<Consumer<AgentStatus>> listeners = new CopyOnWriteArrayList<>();
      return new OverlayAgent(this, parts(listeners), listeners);
    }

    private Parts parts(List<Consumer<AgentStatus>> listeners) {
      return new Parts(
          requireNonNull(node, "node"),
          requireNonNull(address, "address"),
          wants,
          mtu,
          requireNonNull(master, "master"),
          requireNonNull(store, "store"),
          requireNonNull(network, "network"),
          requireNonNull(directory, "directory"),
          rules,
          net.random(),
          new AgentMetrics(net.metrics()),
          status -> tell(listeners, status));
    }

    private static void tell(List<Consumer<AgentStatus>> listeners, AgentStatus status) {
      for (Consumer<AgentStatus> one : listeners) {
        try {
          one.accept(status);
        } catch (RuntimeException e) {
          LOGGER.warn("a listener of the overlay agent failed", e);
        }
      }
    }

    private static void needed(List<String> problems, String option, @Nullable Object value) {
      if (value == null) {
        problems.add(option + ": missing (expected: one)");
      }
    }
  }
}
