// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a configuration of Mesos-DNS says: how the zone is made, where the cluster is
 * asked for its state, and what is served where. Defaults are those of Mesos-DNS.
 *
 * <p><b>Immutable.</b>
 *
 * @see MesosDnsConfigFile
 */
public final class MesosDnsSettings {

  /** How Mesos-DNS shows itself to the masters. */
  public enum Authentication {
    NONE(""),
    /** Name and secret with each request. */
    BASIC("basic"),
    /** A token that a login service gives for a signed statement. */
    IAM("iam");

    private final String word;

    Authentication(String word) {
      this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
      return word;
    }

    static Optional<Authentication> ofWord(String word) {
      for (Authentication one : values()) {
        if (one.word.equals(word)) {
          return Optional.of(one);
        }
      }
      return Optional.empty();
    }
  }

  /** Name and secret for the masters; the secret shows in no text. <b>Immutable.</b> */
  public record Credentials(String principal, String secret) {

    static final Credentials NONE = new Credentials("", "");

    public Credentials {
      requireNonNull(principal, "principal");
      requireNonNull(secret, "secret");
    }

    @Override
    public String toString() {
      return "Credentials[" + principal + "]";
    }
  }

  private static final int DNS_PORT = 53;

  private final Draft values;

  private MesosDnsSettings(Draft values) {
    this.values = values;
  }

  static MesosDnsSettings of(Draft draft) {
    return new MesosDnsSettings(new Draft(draft));
  }

  /** Settings with this zone and Mesos-DNS' defaults for everything else. */
  public static MesosDnsSettings of(MesosDnsConfig config) {
    return of(new Draft(config));
  }

  /** These settings with another way to make the zone. */
  public MesosDnsSettings withConfig(MesosDnsConfig config) {
    Draft draft = new Draft(values);
    draft.config = requireNonNull(config, "config");
    return of(draft);
  }

  /** These settings with or without lists of all records over HTTP. */
  public MesosDnsSettings withEnumeration(boolean on) {
    Draft draft = new Draft(values);
    draft.enumerationOn = on;
    return of(draft);
  }

  /** How the zone is made; it has the {@code masters} of the file too. */
  public MesosDnsConfig config() {
    return values.config;
  }

  /** Where DNS is to be served; 0.0.0.0, the default, means everywhere. */
  public IpAddress listener() {
    return values.listener;
  }

  /** Port for DNS, 53 by default. */
  public int port() {
    return values.port;
  }

  /** Where HTTP is to be served; 0.0.0.0, the default, means everywhere. */
  public IpAddress httpListener() {
    return values.httpListener;
  }

  /** Port for HTTP, 8123 by default. */
  public int httpPort() {
    return values.httpPort;
  }

  /** Whether DNS is served at all. */
  public boolean dnsOn() {
    return values.dnsOn;
  }

  /** Whether HTTP is served at all. */
  public boolean httpOn() {
    return values.httpOn;
  }

  /** Whether HTTP lists all records: {@code /v1/axfr} and {@code /v1/enumerate}. */
  public boolean enumerationOn() {
    return values.enumerationOn;
  }

  /** Where the leading master is found, {@code zk://host:port,…/path}. */
  public Optional<String> zooKeeper() {
    return Optional.ofNullable(values.zooKeeper);
  }

  /** How long there may be no leader before a person should know; zero for any time. */
  public Duration zkDetectionTimeout() {
    return Duration.ofSeconds(values.zkDetectionSeconds);
  }

  /** How often the state is asked for. */
  public Duration refresh() {
    return Duration.ofSeconds(values.config.refreshSeconds());
  }

  /** How long a master may take to answer. */
  public Duration stateTimeout() {
    return Duration.ofSeconds(values.stateTimeoutSeconds);
  }

  /** Whether masters are asked over TLS. */
  public boolean mesosHttps() {
    return values.mesosHttps;
  }

  /** Whom to believe a master's certificate; the machine's own list when empty. */
  public Optional<Path> caCertificate() {
    return Optional.ofNullable(values.caCertificate);
  }

  /** The certificate to show to masters; comes with a {@link #key}. */
  public Optional<Path> certificate() {
    return Optional.ofNullable(values.certificate);
  }

  public Optional<Path> key() {
    return Optional.ofNullable(values.key);
  }

  public Authentication authentication() {
    return values.authentication;
  }

  /** For {@link Authentication#BASIC}. */
  public Credentials credentials() {
    return values.credentials;
  }

  /** For {@link Authentication#IAM}: the file with the login service and the private key. */
  public Optional<Path> iamConfig() {
    return Optional.ofNullable(values.iamConfig);
  }

  /** Whether names outside the zone are forwarded rather than refused. */
  public boolean externalOn() {
    return values.externalOn;
  }

  /** Whether answers of the zone say that recursion is available. */
  public boolean recurseOn() {
    return values.recurseOn;
  }

  /** Whether an answer that was cut says so. */
  public boolean truncateBit() {
    return values.truncateBit;
  }

  /** Whom to forward to; empty for the servers of {@code /etc/resolv.conf} that are not ours. */
  public List<HostPort> resolvers() {
    return values.resolvers;
  }

  /** Whom to forward single zones to, instead of {@link #resolvers}. */
  public Map<DomainName, List<HostPort>> zoneResolvers() {
    return values.zoneResolvers;
  }

  /** How long one resolver may take. */
  public Duration forwardTimeout() {
    return Duration.ofSeconds(values.forwardSeconds);
  }

  /** What a person may not have meant, one line each. */
  public List<String> warnings() {
    return values.warnings;
  }

  /** What keeps a server from polling by these settings; empty when nothing does. */
  public Optional<String> sourceProblem() {
    boolean none = values.zooKeeper == null && values.config.masters().isEmpty();
    return none
        ? Optional.of("masters, zk: neither (expected: one of them at least)")
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "MesosDnsSettings[" + config().domain() + " " + listener() + ":" + port() + "]";
  }

  /** Settings while a file is read, at Mesos-DNS' defaults. <b>Confined to</b> one thread. */
  static final class Draft {
    MesosDnsConfig config;
    IpAddress listener = IpAddress.ANY_IPV4;
    int port = DNS_PORT;
    IpAddress httpListener = IpAddress.ANY_IPV4;
    int httpPort = 8123;
    boolean dnsOn = true;
    boolean httpOn = true;
    boolean enumerationOn = true;
    @Nullable String zooKeeper;
    int zkDetectionSeconds = 30;
    int stateTimeoutSeconds = 300;
    boolean mesosHttps;
    @Nullable Path caCertificate;
    @Nullable Path certificate;
    @Nullable Path key;
    Authentication authentication = Authentication.NONE;
    Credentials credentials = Credentials.NONE;
    @Nullable Path iamConfig;
    boolean externalOn = true;
    boolean recurseOn = true;
    boolean truncateBit = true;
    List<HostPort> resolvers = List.of(HostPort.parse("8.8.8.8:53"));
    Map<DomainName, List<HostPort>> zoneResolvers = Map.of();
    int forwardSeconds = 5;
    List<String> warnings = List.of();

    Draft(MesosDnsConfig config) {
      this.config = requireNonNull(config, "config");
    }

    private Draft(Draft other) {
      config = other.config;
      listener = other.listener;
      port = other.port;
      httpListener = other.httpListener;
      httpPort = other.httpPort;
      dnsOn = other.dnsOn;
      httpOn = other.httpOn;
      enumerationOn = other.enumerationOn;
      zooKeeper = other.zooKeeper;
      zkDetectionSeconds = other.zkDetectionSeconds;
      stateTimeoutSeconds = other.stateTimeoutSeconds;
      mesosHttps = other.mesosHttps;
      caCertificate = other.caCertificate;
      certificate = other.certificate;
      key = other.key;
      authentication = other.authentication;
      credentials = other.credentials;
      iamConfig = other.iamConfig;
      externalOn = other.externalOn;
      recurseOn = other.recurseOn;
      truncateBit = other.truncateBit;
      resolvers = List.copyOf(other.resolvers);
      zoneResolvers = Collections.unmodifiableMap(new LinkedHashMap<>(other.zoneResolvers));
      forwardSeconds = other.forwardSeconds;
      warnings = List.copyOf(other.warnings);
    }
  }
}
