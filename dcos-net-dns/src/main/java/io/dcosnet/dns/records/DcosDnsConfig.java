// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration of dcos-net's DNS says. Defaults are those of dcos-net.
 *
 * <p><b>Immutable.</b>
 *
 * @see DcosDnsConfigFile
 */
public final class DcosDnsConfig {

  /** The order of several addresses in one answer. */
  public enum LoadBalance {
    /** The next query starts with the next address. */
    ROUND_ROBIN,
    RANDOM,
    NONE
  }

  /** A name that stands for another one in a zone of its own. <b>Immutable.</b> */
  public record Alias(DomainName name, DomainName target) {
    public Alias {
      requireNonNull(name, "name");
      requireNonNull(target, "target");
    }
  }

  /**
   * How long things may take, and how often they are done. <b>Immutable.</b>
   *
   * @param send one write to a TCP client
   * @param masters finding out who the masters are, for a name below {@code mesos}
   * @param pushZone spreading a zone
   * @param mesosDns asking Mesos-DNS for its zone
   * @param mastersRefresh until the list of masters is read again
   * @param mastersRetry as above, after a failure
   * @param exhibitor asking Exhibitor for the masters
   */
  public record Times(
      Duration send,
      Duration masters,
      Duration pushZone,
      Duration mesosDns,
      Duration mastersRefresh,
      Duration mastersRetry,
      Duration exhibitor) {}

  /**
   * How the local Mesos master or agent is listened to. <b>Immutable.</b>
   *
   * @param port null for that of the role: 5050 on a master, 5051 on an agent
   * @param reconnect first wait after a lost connection
   * @param maxReconnect longest wait
   * @param request one call
   * @param connect one attempt to connect
   * @param agents how long a new leader waits for agents that it only remembers
   * @param tasks how long it waits for tasks after that
   */
  public record MesosListening(
      @Nullable Integer port,
      Duration reconnect,
      Duration maxReconnect,
      Duration request,
      Duration connect,
      Duration agents,
      Duration tasks) {}

  private final Draft values;

  private DcosDnsConfig(Draft values) {
    this.values = values;
  }

  static DcosDnsConfig of(Draft draft) {
    return new DcosDnsConfig(new Draft(draft));
  }

  /** dcos-net's own defaults. */
  public static DcosDnsConfig defaults() {
    return of(new Draft());
  }

  /** Whether DNS is served at all. */
  public boolean enabled() {
    return values.enabled;
  }

  public boolean udpEnabled() {
    return values.udpEnabled;
  }

  public boolean tcpEnabled() {
    return values.tcpEnabled;
  }

  /** 5454 by default; DC/OS sets 53. */
  public int udpPort() {
    return values.udpPort;
  }

  /** 5454 by default; DC/OS sets 53. */
  public int tcpPort() {
    return values.tcpPort;
  }

  /** The interface whose addresses are listened on where none are given; empty for all. */
  public Optional<String> bindInterface() {
    return Optional.ofNullable(values.bindInterface);
  }

  /** Addresses to listen on; empty where the interface says. */
  public List<IpAddress> bindAddresses() {
    return values.bindAddresses;
  }

  /** Addresses never to listen on. */
  public List<IpAddress> bindBlacklist() {
    return values.bindBlacklist;
  }

  /**
   * Which addresses to listen on.
   *
   * @param ofInterface all that {@link #bindInterface} has, or the machine where that is empty
   * @return sorted, without those that are link-local or not wanted
   */
  public List<IpAddress> listenOn(List<IpAddress> ofInterface) {
    boolean given = !values.bindAddresses.isEmpty();
    TreeSet<IpAddress> chosen = new TreeSet<>(given ? values.bindAddresses : ofInterface);
    if (!given) {
      chosen.removeIf(DcosDnsConfig::isLinkLocal);
    }
    values.bindBlacklist.forEach(chosen::remove);
    return List.copyOf(chosen);
  }

  private static boolean isLinkLocal(IpAddress address) {
    return address.isIpv6() && address.toInetAddress().isLinkLocalAddress();
  }

  /** Whom names are forwarded to that no zone has. */
  public List<HostPort> upstreams() {
    return values.upstreams;
  }

  /** Whom the names of single zones are forwarded to. */
  public Map<DomainName, List<HostPort>> forwardZones() {
    return values.forwardZones;
  }

  /** The Mesos-DNS of each master; empty where the list of masters is found out while running. */
  public List<HostPort> mesosResolvers() {
    return values.mesosResolvers;
  }

  /** Zones of aliases by name. */
  public Map<DomainName, List<Alias>> zones() {
    return values.zones;
  }

  /** Queries under way at most. */
  public int handlerLimit() {
    return values.handlerLimit;
  }

  public LoadBalance loadBalance() {
    return values.loadBalance;
  }

  /** Receive buffer of a UDP socket. */
  public int udpReceiveBufferBytes() {
    return values.udpReceiveBufferBytes;
  }

  public Times times() {
    return values.times;
  }

  public MesosListening mesos() {
    return values.mesos;
  }

  /** What a person may not have meant, one line each. */
  public List<String> warnings() {
    return values.warnings;
  }

  @Override
  public String toString() {
    return "DcosDnsConfig[udp=" + values.udpPort + " tcp=" + values.tcpPort + "]";
  }

  /** Values while a file is read, at dcos-net's defaults. <b>Confined to</b> one thread. */
  static final class Draft {
    boolean enabled = true;
    boolean udpEnabled = true;
    boolean tcpEnabled = true;
    int udpPort = 5454;
    int tcpPort = 5454;
    @Nullable String bindInterface;
    List<IpAddress> bindAddresses = List.of();
    List<IpAddress> bindBlacklist = List.of();
    List<HostPort> upstreams = List.of(HostPort.parse("8.8.8.8:53"), HostPort.parse("4.2.2.1:53"));
    Map<DomainName, List<HostPort>> forwardZones = Map.of();
    List<HostPort> mesosResolvers = List.of();
    Map<DomainName, List<Alias>> zones = Map.of();
    int handlerLimit = 1024;
    LoadBalance loadBalance = LoadBalance.ROUND_ROBIN;
    int udpReceiveBufferBytes = 1024 * 1024;
    Times times =
        new Times(
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(120),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30));
    MesosListening mesos =
        new MesosListening(
            null,
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofSeconds(10));
    List<String> warnings = List.of();

    Draft() {}

    private Draft(Draft other) {
      enabled = other.enabled;
      udpEnabled = other.udpEnabled;
      tcpEnabled = other.tcpEnabled;
      udpPort = other.udpPort;
      tcpPort = other.tcpPort;
      bindInterface = other.bindInterface;
      bindAddresses = List.copyOf(other.bindAddresses);
      bindBlacklist = List.copyOf(other.bindBlacklist);
      upstreams = List.copyOf(other.upstreams);
      forwardZones = Collections.unmodifiableMap(new LinkedHashMap<>(other.forwardZones));
      mesosResolvers = List.copyOf(other.mesosResolvers);
      zones = Collections.unmodifiableMap(new LinkedHashMap<>(other.zones));
      handlerLimit = other.handlerLimit;
      loadBalance = other.loadBalance;
      udpReceiveBufferBytes = other.udpReceiveBufferBytes;
      times = other.times;
      mesos = other.mesos;
      warnings = List.copyOf(other.warnings);
    }
  }
}
