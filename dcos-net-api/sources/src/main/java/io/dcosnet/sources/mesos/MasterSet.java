// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Master;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.sources.HostResolver;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which masters a source may ask, in what order, and which of them may see its credentials: those
 * of a configuration, and those that a detector tells. <b>Immutable</b> but for what the detector
 * says.
 *
 * @param configured whole addresses
 * @param detector null when only {@code configured} tells whom to ask
 * @param trusted endpoints that credentials may be sent to, {@code host:port} in lower case
 * @param rewrite turns where a redirect or a detected master is into what can be reached from here
 * @param plain how a master is asked that is known by its address only, when nothing is configured:
 *     an address of which scheme and path count
 */
record MasterSet(
    List<URI> configured,
    @Nullable MasterDetector detector,
    Set<String> trusted,
    UnaryOperator<URI> rewrite,
    URI plain) {

  MasterSet {
    configured = List.copyOf(configured);
    trusted = Set.copyOf(trusted);
  }

  /**
   * What a builder was given, checked.
   *
   * @param path of an address that has none
   * @param tls whether detected masters are asked by https where nothing is configured
   * @param problems gets what is wrong
   */
  static MasterSet of(
      List<URI> masters,
      @Nullable MasterDetector detector,
      Set<String> trustedHosts,
      UnaryOperator<URI> rewrite,
      String path,
      boolean tls,
      List<String> problems) {
    if (masters.isEmpty() && detector == null) {
      problems.add("master: none (expected: at least one, or a detector)");
    }
    List<URI> whole = new ArrayList<>();
    Set<String> trusted = new LinkedHashSet<>(trustedHosts);
    for (URI master : masters) {
      if (MasterUri.isUsable("master", master, problems)) {
        whole.add(MasterUri.whole(master, path));
        trusted.add(StateRequest.endpoint(master));
      }
    }
    URI plain = URI.create((tls ? "https" : "http") + "://localhost" + path);
    return new MasterSet(whole, detector, trusted, rewrite, plain);
  }

  /** The configured ones, for a log. */
  String names() {
    return configured.isEmpty()
        ? "detected masters"
        : configured.stream().map(URI::toString).collect(Collectors.joining(" "));
  }

  /** Whom to ask: the leader as it was detected, who answered last, and then the others. */
  List<URI> candidates(@Nullable Master leader, @Nullable URI lastGood) {
    Set<URI> candidates = new LinkedHashSet<>();
    if (leader != null) {
      candidates.add(uriOf(leader));
    }
    if (lastGood != null) {
      candidates.add(lastGood);
    }
    candidates.addAll(configured);
    detected().forEach(master -> candidates.add(uriOf(master)));
    return List.copyOf(candidates);
  }

  /** How a master is asked that is known by its address only: as the first of the others is. */
  private URI uriOf(Master master) {
    URI like = configured.isEmpty() ? plain : configured.get(0);
    String query = like.getRawQuery() == null ? "" : "?" + like.getRawQuery();
    return rewrite.apply(
        URI.create(like.getScheme() + "://" + master.endpoint() + like.getRawPath() + query));
  }

  /** Whether credentials may be sent to {@code endpoint}, {@code host:port} in lower case. */
  boolean trusts(String endpoint) {
    return trusted.contains(endpoint)
        || detected().stream().anyMatch(master -> master.endpoint().toString().equals(endpoint));
  }

  private List<Master> detected() {
    return detector == null ? List.of() : detector.masters().all();
  }

  /**
   * Who leads as the detector knows it, which hears of an election first; null when nobody does.
   */
  @Nullable Master detectedLeader() {
    return detector == null ? null : detector.masters().leader();
  }

  /** The configured ones whose address is known, in their order, then those detected. */
  Map<HostPort, Master> known(HostResolver hosts) {
    Map<HostPort, Master> all = new LinkedHashMap<>();
    for (URI master : configured) {
      endpoints(master, hosts).forEach(at -> all.putIfAbsent(at, new Master(at, "")));
    }
    detected().forEach(master -> all.put(master.endpoint(), master));
    return all;
  }

  /** Where a master listens; empty while its host name is not resolved. */
  static List<HostPort> endpoints(URI master, HostResolver hosts) {
    String host = master.getHost();
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int port = master.getPort() < 0 ? Master.DEFAULT_PORT : master.getPort();
    List<HostPort> endpoints = new ArrayList<>(2);
    for (IpAddress address : hosts.addresses(name)) {
      endpoints.add(new HostPort(address, port));
    }
    return endpoints;
  }
}
