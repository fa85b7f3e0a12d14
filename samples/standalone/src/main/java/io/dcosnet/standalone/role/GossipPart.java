// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.admin.ReadOnly;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.GossipConfig;
import io.dcosnet.standalone.gossip.MemberDocuments;
import io.dcosnet.standalone.gossip.MemberNames;
import io.dcosnet.standalone.gossip.Seeding;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Section {@code gossip}: this node as a member among the others, and what it tells of them.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class GossipPart {

  private static final Logger LOGGER = LoggerFactory.getLogger(GossipPart.class);

  /** Longest time for the others to hear that this node goes. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  /** Where keys are that came later, in the folder of the node. */
  private static final String KEYS = "gossip.keys";

  private final NetRuntime net;
  private final GossipCluster gossip;
  private final MemberNames names;
  private final OwnMetadata metadata;
  private final boolean hasStore;
  private final @Nullable ClusterFacts facts;

  private GossipPart(
      Configuration config,
      HostPort bind,
      @Nullable MasterDetector detector,
      @Nullable KeyRing keys,
      NodeId identity,
      NetRuntime net) {
    this.net = net;
    GossipConfig section = config.gossip();
    metadata = new OwnMetadata(config);
    String name = name(config, bind);
    GossipCluster.Builder builder =
        GossipCluster.builder(net)
            .name(name)
            .bind(bind)
            .data(config.node().dataDirectory())
            .seeds(
                Seeding.of(
                    section.seeds(),
                    detector,
                    config.sources().masters().stream().flatMap(GossipPart::address).toList(),
                    net))
            .settings(section.preset().settings())
            .label(section.label())
            .metadata(metadata.now());
    hasStore = config.gossip().hasStore();
    if (hasStore) {
      builder.store(section.preset().store().withSync(section.store().sync()));
    }
    if (config.overlay().enabled()) {
      // What a host was given is its own: a copy of it must not get something else by itself.
      builder.id(identity).stopWhenCloned();
    }
    HostPort advertise = section.advertise();
    if (advertise != null) {
      builder.advertise(advertise);
    }
    if (keys == null) {
      builder.insecure();
    } else {
      builder.keys(keys);
    }
    try {
      gossip = builder.build();
    } catch (ConfigurationException e) {
      throw new ConfigurationException(
          e.problems().stream()
              .map(line -> "gossip." + line.replaceFirst("^cluster label: ", "label: "))
              .toList());
    }
    names = new MemberNames(gossip::id, name);
    var unused = gossip.onEvent(net.executor(), names::note);
    facts = hasStore ? new ClusterFacts(gossip.store(), gossip.membership(), names, net) : null;
  }

  /** Tells the others of this node what the cluster says of its agent. */
  void follow(ClusterSource source) {
    var unused =
        source.subscribe(
            net.executor(), update -> metadata.agents(update.after().agents(), gossip));
  }

  /** What masters tell all nodes; null on a node without a copy of the store. */
  @Nullable ClusterFacts facts() {
    return facts;
  }

  /**
   * The part that the section describes; null on a node that is no member.
   *
   * @param detector knows the masters; null where nobody follows their election
   * @param keep whether keys that come later outlive the process, for which a file is made at once
   * @param identity of the node, which is that of the member
   */
  static @Nullable GossipPart of(
      Configuration config,
      @Nullable MasterDetector detector,
      boolean keep,
      NodeId identity,
      NetRuntime net) {
    HostPort bind = config.gossip().bind();
    if (bind == null) {
      return null;
    }
    Path file = config.gossip().keyFile();
    KeyRing keys;
    try {
      keys = file == null ? null : ring(GossipKey.read(file), keep, config);
    } catch (DcosNetException e) {
      throw new ConfigurationException(List.of("gossip.keyFile: " + e.getMessage()));
    }
    return new GossipPart(config, bind, detector, keys, identity, net);
  }

  private static KeyRing ring(GossipKey key, boolean keep, Configuration config) {
    return keep ? KeyRing.open(config.node().dataDirectory().resolve(KEYS), key) : KeyRing.of(key);
  }

  private static String name(Configuration config, HostPort bind) {
    if (!config.gossip().name().isEmpty()) {
      return config.gossip().name();
    }
    IpAddress known = config.node().address();
    String address = (known == null ? bind.address() : known).toString();
    return config.role() + "-" + address.replace(':', '.');
  }

  /** Of a master whose address is configured. */
  private static Stream<IpAddress> address(URI master) {
    try {
      return Stream.of(IpAddress.parse(master.getHost().replaceAll("[\\[\\]]", "")));
    } catch (DecodeException e) {
      return Stream.empty(); // a name, which ZooKeeper or a seed of its own gives an address
    }
  }

  /** Lets a load balancer share back ends with the other members. */
  void describe(VipLoadBalancer.Builder balancer) {
    balancer.store(gossip.store()).membership(gossip.membership()).messages(gossip.messages());
  }

  /** What has to be started, by name. */
  Map<String, Lifecycle> lives() {
    return new LinkedHashMap<>(Map.of("gossip", gossip));
  }

  /** The copy of the replicated store; only on a member that has one. */
  ReplicatedStore store() {
    return gossip.store();
  }

  /**
   * Where members give addresses on overlays.
   *
   * @param changed told when another one is there
   */
  FoundMasters overlayMasters(Runnable changed) {
    return FoundMasters.among(gossip.membership(), net.executor(), changed);
  }

  /** Tells once when the member stops by itself, as another process has its identity. */
  void onClone(Consumer<String> listener) {
    var unused =
        gossip.onEvent(
            net.executor(),
            event -> {
              if (event instanceof GossipEvent.IdentityCloned cloned) {
                listener.accept(
                    "another process has the identity of this node, "
                        + cloned.id()
                        + " (was its folder copied? delete node.id in one of them)");
              }
            });
  }

  /** What listens where, once started. */
  String listening() {
    return "gossip on " + gossip.address();
  }

  /** Tells the others that this node goes; without that they would take it for a crash. */
  void leave() {
    try {
      gossip
          .leave(FAREWELL)
          .toCompletableFuture()
          .get(FAREWELL.toNanos() * 2, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOGGER.warn("not all members were told that this node leaves: {}", e.toString());
    }
  }

  /** Adds what is known of the members. That others are away makes no node unready. */
  void tell(AdminServer admin) {
    admin
        .health()
        .ready(
            "gossip sockets",
            () ->
                gossip.state() == State.RUNNING
                    ? Optional.empty()
                    : Optional.of("gossip is " + gossip.state()));
    admin.status().add("gossip", this::status);
    admin
        .resources()
        .add(
            "/v1/gossip/members",
            "all nodes and whether they live",
            ReadOnly.at("/v1/gossip/members", net.executor(), this::members))
        .add(
            MemberResource.PATH,
            "one node; below it /why: how this node came to believe so",
            new MemberResource(gossip, names))
        .add(
            "/v1/gossip/debug",
            "the state of the protocol, for who looks for a fault",
            new DebugResource(gossip));
    if (hasStore) {
      admin
          .health()
          .ready(
              "disk of the store",
              () -> gossip.storeFault().map(why -> "the store is kept in memory only: " + why));
      admin
          .resources()
          .add(
              StoreResource.PATH,
              "the replicated store; below it /keys?prefix=&after=&limit= and /keys/{key}/why",
              new StoreResource(gossip, names, net.executor()));
    }
  }

  private HttpResponse members() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("self", gossip.id().toString());
    document.set("members", MemberDocuments.members(gossip.membership().members(), names));
    return HttpResponse.json(200, document.toPrettyString() + "\n");
  }

  private ObjectNode status() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("state", gossip.state().toString());
    if (gossip.state() == State.RUNNING) {
      document.put("name", names.of(gossip.id()));
      document.put("address", gossip.address().toString());
      ObjectNode counts = document.putObject("members");
      for (Member.State state : Member.State.values()) {
        counts.put(
            MemberDocuments.word(state),
            gossip.membership().members().stream()
                .filter(member -> member.state() == state)
                .count());
      }
      if (hasStore) {
        document.putObject("store").put("keys", gossip.store().view("").size());
      }
      document.set(
          "away",
          MemberDocuments.members(
              gossip.membership().members().stream()
                  .filter(
                      member ->
                          member.state() == Member.State.SUSPECT
                              || member.state() == Member.State.DEAD)
                  .toList(),
              names));
    }
    return document;
  }
}
