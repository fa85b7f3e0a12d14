// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.MacAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The overlays of a cluster and the pools from which its agents get their addresses. A value of
 * this type has passed all checks.
 *
 * <p>The JSON form has the field names and the defaults of DC/OS ({@code dcos/dcos-mesos-modules
 * overlay/overlay.proto}), so that an existing document is read as it is; what is ours is optional.
 * Durations are texts such as {@code 90s}, {@code 10m}, {@code 5mins}.
 *
 * <p><b>Immutable.</b>
 */
public final class NetworkConfig {

  /** VTEP pool of the DC/OS installer: 4 094 agents. */
  public static final Cidr DEFAULT_VTEP_SUBNET = Cidr.parse("44.128.0.0/20");

  /** IPv6 VTEP pool of the DC/OS installer. */
  public static final Cidr DEFAULT_VTEP_SUBNET6 = Cidr.parse("fd01:a::/64");

  /** Upper half of all VTEP MAC addresses, as in DC/OS. */
  public static final MacAddress DEFAULT_VTEP_MAC_OUI = MacAddress.parse("70:b3:d5:00:00:00");

  /** Number of the tunnel network, as in DC/OS. */
  public static final int DEFAULT_VNI = 1024;

  /**
   * UDP port of the tunnel, as in DC/OS: hypervisors intercept the standard 4789 and the kernel's
   * 8472.
   */
  public static final int DEFAULT_VXLAN_PORT = 64000;

  /** Longer than neighbour entries live on hosts. */
  public static final Duration DEFAULT_REUSE_DELAY = Duration.ofMinutes(10);

  /** Four missed heartbeats of an agent. */
  public static final Duration DEFAULT_DELETE_GUARD = Duration.ofMinutes(2);

  /** After this a silent agent will hardly come back by itself. */
  public static final Duration DEFAULT_TAKEOVER = Duration.ofMinutes(5);

  /** Four heartbeats of an agent. */
  public static final Duration DEFAULT_QUORUM_WAIT = Duration.ofMinutes(2);

  /** A host may well be away for hours and come back with all its containers. */
  public static final Duration MIN_AUTO_RECLAIM = Duration.ofHours(24);

  private final Cidr vtepSubnet;
  private final @Nullable Cidr vtepSubnet6;
  private final MacAddress vtepMacOui;
  private final @Nullable Integer vtepMtu;
  private final int vni;
  private final @Nullable String vtepName;
  private final int vxlanPort;
  private final Backend backend;
  private final List<Cidr> reserved;
  private final Duration reuseDelay;
  private final Duration deleteGuard;
  private final Duration takeover;
  private final Duration quorumWait;
  private final @Nullable Duration autoReclaimAfter;
  private final List<OverlayConfig> overlays;

  // Every heartbeat asks for it; two threads that work it out at once do no harm.
  private @Nullable String json;

  NetworkConfig(Builder from) {
    this.vtepSubnet = requireNonNull(from.vtepSubnet, "vtepSubnet");
    this.vtepSubnet6 = from.vtepSubnet6;
    this.vtepMacOui = requireNonNull(from.vtepMacOui, "vtepMacOui");
    this.vtepMtu = from.vtepMtu;
    this.vni = from.vni;
    this.vtepName = from.vtepName;
    this.vxlanPort = from.vxlanPort;
    this.backend = from.backend;
    this.reserved = List.copyOf(from.reserved);
    this.reuseDelay = from.reuseDelay;
    this.deleteGuard = from.deleteGuard;
    this.takeover = from.takeover;
    this.quorumWait = from.quorumWait;
    this.autoReclaimAfter = from.autoReclaimAfter;
    this.overlays = from.overlays.stream().map(OverlayConfig::new).toList();
  }

  /** A builder that has the optional values set, but neither VTEP pool nor MAC OUI nor overlay. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads the JSON form.
   *
   * @throws ConfigurationException with all problems; use {@link #check(String)} for their codes
   */
  public static NetworkConfig parse(String json) {
    return check(json).orElseThrow();
  }

  /** Reads the JSON form and says everything about it; never throws for what the text holds. */
  public static ConfigCheck check(String json) {
    return ConfigReader.check(json);
  }

  /** As {@link #check(String)}, from UTF-8; other bytes are a problem, too. */
  public static ConfigCheck check(Bytes json) {
    return ConfigReader.check(json);
  }

  /** The JSON form; reading it gives an equal configuration. */
  public String toJson() {
    String known = json;
    if (known == null) {
      known = ConfigWriter.json(this);
      json = known;
    }
    return known;
  }

  /** Warnings and capacities. */
  public ConfigCheck validate() {
    return toBuilder().validate();
  }

  /** Pool of VTEP addresses; each keeps this prefix length on its device. */
  public Cidr vtepSubnet() {
    return vtepSubnet;
  }

  public Optional<Cidr> vtepSubnet6() {
    return Optional.ofNullable(vtepSubnet6);
  }

  /** Upper 24 bits of all VTEP MAC addresses; the lower 24 are those of the VTEP's IPv4. */
  public MacAddress vtepMacOui() {
    return vtepMacOui;
  }

  /** Empty: as the underlay demands. */
  public OptionalInt vtepMtu() {
    return vtepMtu == null ? OptionalInt.empty() : OptionalInt.of(vtepMtu);
  }

  public int vni() {
    return vni;
  }

  /** Name of the VTEP device. */
  public String vtepName() {
    return vtepName == null ? "vtep" + vni : vtepName;
  }

  /** UDP port of the tunnel. */
  public int vxlanPort() {
    return vxlanPort;
  }

  public Backend backend() {
    return backend;
  }

  /** Ranges of any pool that nobody gets. */
  public List<Cidr> reserved() {
    return reserved;
  }

  public Duration reuseDelay() {
    return reuseDelay;
  }

  public Duration deleteGuard() {
    return deleteGuard;
  }

  public Duration takeover() {
    return takeover;
  }

  /** How long a master without allocations listens before it makes any. */
  public Duration quorumWait() {
    return quorumWait;
  }

  /** After which silence an agent may lose what it has when nothing else is left; empty: never. */
  public Optional<Duration> autoReclaimAfter() {
    return Optional.ofNullable(autoReclaimAfter);
  }

  /** In the order of the document, in which agents get their pieces. */
  public List<OverlayConfig> overlays() {
    return overlays;
  }

  public Optional<OverlayConfig> overlay(String name) {
    return overlays.stream().filter(overlay -> overlay.name().equals(name)).findFirst();
  }

  /** A builder that would build this again. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.vtepSubnet = vtepSubnet;
    builder.vtepSubnet6 = vtepSubnet6;
    builder.vtepMacOui = vtepMacOui;
    builder.vtepMtu = vtepMtu;
    builder.vni = vni;
    builder.vtepName = vtepName;
    builder.vxlanPort = vxlanPort;
    builder.backend = backend;
    builder.reserved = reserved;
    builder.reuseDelay = reuseDelay;
    builder.deleteGuard = deleteGuard;
    builder.takeover = takeover;
    builder.quorumWait = quorumWait;
    builder.autoReclaimAfter = autoReclaimAfter;
    overlays.forEach(overlay -> builder.overlays.add(overlay.toBuilder()));
    return builder;
  }

  private List<@Nullable Object> fields() {
    List<@Nullable Object> fields = new ArrayList<>(Arrays.asList(vtepSubnet, vtepMacOui, vni));
    fields.add(vtepSubnet6);
    fields.add(vtepMtu);
    fields.add(vtepName());
    fields.addAll(List.of(vxlanPort, backend, reserved, reuseDelay, deleteGuard, takeover));
    fields.addAll(Arrays.asList(quorumWait, autoReclaimAfter, overlays));
    return fields;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NetworkConfig that && fields().equals(that.fields());
  }

  @Override
  public int hashCode() {
    return Objects.hash(fields().toArray());
  }

  /** The JSON form. */
  @Override
  public String toString() {
    return toJson();
  }

  /** Gathers a configuration and checks it as a whole. <b>Confined to</b> the building thread. */
  public static final class Builder {

    @Nullable Cidr vtepSubnet;
    @Nullable Cidr vtepSubnet6;
    @Nullable MacAddress vtepMacOui;
    @Nullable Integer vtepMtu;
    int vni = DEFAULT_VNI;
    @Nullable String vtepName;
    int vxlanPort = DEFAULT_VXLAN_PORT;
    Backend backend = Backend.VXLAN;
    List<Cidr> reserved = List.of();
    Duration reuseDelay = DEFAULT_REUSE_DELAY;
    Duration deleteGuard = DEFAULT_DELETE_GUARD;
    Duration takeover = DEFAULT_TAKEOVER;
    Duration quorumWait = DEFAULT_QUORUM_WAIT;
    @Nullable Duration autoReclaimAfter;
    final List<OverlayConfig.Builder> overlays = new ArrayList<>();

    private Builder() {}

    /**
     * {@code vtep_subnet}: IPv4 pool of tunnel end points, one for each agent; 8-30 bits long,
     * apart from all overlays. Needed. A longer prefix holds fewer agents; below 8 bits MAC
     * addresses would not be unique. It may grow later as long as what was given stays inside.
     */
    public Builder vtepSubnet(Cidr subnet) {
      this.vtepSubnet = requireNonNull(subnet, "subnet");
      return this;
    }

    /** {@code vtep_subnet6}: the same for IPv6, up to 126 bits long; none by default. */
    public Builder vtepSubnet6(Cidr subnet) {
      this.vtepSubnet6 = requireNonNull(subnet, "subnet");
      return this;
    }

    /** {@code vtep_mac_oui}: lower 24 bits 0, not a group address. Needed. */
    public Builder vtepMacOui(MacAddress oui) {
      this.vtepMacOui = requireNonNull(oui, "oui");
      return this;
    }

    /**
     * {@code vtep_mtu}: MTU of the VTEP device in bytes, 552-65535, with IPv6 at least 1280; as the
     * underlay demands by default. Too high loses large packets, low ones cost throughput.
     */
    public Builder vtepMtu(int bytes) {
      this.vtepMtu = bytes;
      return this;
    }

    /** {@code vni}: 1-16777215, {@value #DEFAULT_VNI} by default; equal on all agents. */
    public Builder vni(int vni) {
      this.vni = vni;
      return this;
    }

    /** {@code vtep_name}: up to 15 characters, {@code vtep<vni>} by default. */
    public Builder vtepName(String name) {
      this.vtepName = requireNonNull(name, "name");
      return this;
    }

    /** {@code vxlan_port}: 1-65535, {@value #DEFAULT_VXLAN_PORT} by default. */
    public Builder vxlanPort(int port) {
      this.vxlanPort = port;
      return this;
    }

    /** {@code backend}: {@link Backend#VXLAN} by default. */
    public Builder backend(Backend backend) {
      this.backend = requireNonNull(backend, "backend");
      return this;
    }

    /** {@code reserved}: ranges of any pool that nobody gets; none by default. */
    public Builder reserved(List<Cidr> reserved) {
      this.reserved = List.copyOf(reserved);
      return this;
    }

    /**
     * {@code reuse_delay}: how long something that was given back rests unless nothing else is
     * free; 10 min by default, 0 or more. Short: hosts may still send to the former owner. Long:
     * only the figures change, since what rested longest is taken first.
     */
    public Builder reuseDelay(Duration delay) {
      this.reuseDelay = requireNonNull(delay, "delay");
      return this;
    }

    /**
     * {@code delete_guard}: an agent that was heard of within this time is deleted by force only; 2
     * min by default, 0 or more. Short: living agents lose their subnets by mistake. Long: a host
     * that was just switched off cannot be replaced at once.
     */
    public Builder deleteGuard(Duration guard) {
      this.deleteGuard = requireNonNull(guard, "guard");
      return this;
    }

    /**
     * {@code takeover}: after this silence another agent at the same address inherits what was
     * given; 5 min by default, 0 or more. Short: a clone takes over from a slow agent. Long: a host
     * that lost its disk waits.
     */
    public Builder takeover(Duration silence) {
      this.takeover = requireNonNull(silence, "silence");
      return this;
    }

    /**
     * {@code quorum_wait}: how long a master whose store is empty collects what agents say to have,
     * before it gives anything out; 2 min by default, 0 or more. Short: after a loss of the store,
     * agents that come late find others in their subnets. Long: a new cluster waits for its first
     * addresses.
     */
    public Builder quorumWait(Duration wait) {
      this.quorumWait = requireNonNull(wait, "wait");
      return this;
    }

    /**
     * {@code auto_reclaim_after}: when a pool is empty, the agent that was silent longest, and at
     * least so long, loses what it has; never by default, at least 24 h. Short: a host that was
     * away for a holiday comes back to other subnets. Long: agents that are gone have to be deleted
     * by hand.
     */
    public Builder autoReclaimAfter(Duration silence) {
      this.autoReclaimAfter = requireNonNull(silence, "silence");
      return this;
    }

    /** Adds an overlay behind those there are; at least one is needed. */
    public Builder overlay(String name, Consumer<OverlayConfig.Builder> options) {
      OverlayConfig.Builder overlay = new OverlayConfig.Builder(requireNonNull(name, "name"));
      options.accept(overlay);
      overlays.add(overlay);
      return this;
    }

    /** Takes an overlay away. */
    public Builder withoutOverlay(String name) {
      overlays.removeIf(overlay -> name.equals(overlay.name));
      return this;
    }

    /** Says everything about what was gathered. */
    public ConfigCheck validate() {
      return ConfigRules.check(this, new Findings());
    }

    /**
     * The configuration.
     *
     * @throws ConfigurationException with all problems
     */
    public NetworkConfig build() {
      return validate().orElseThrow();
    }
  }
}
