// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.config.ConfigCheck;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.zookeeper.ZooKeeperUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Section {@code overlay.master}: what agents get, and where it is kept. <b>Immutable.</b>
 *
 * @param network all overlays and pools
 * @param zooKeeper where masters elect and remember; present if and only if {@code store} says so
 * @param advertise where agents and other masters reach the admin server of this one
 */
public record OverlayMasterConfig(
    NetworkConfig network,
    AllocationStoreKind store,
    @Nullable ZooKeeperUrl zooKeeper,
    URI advertise) {

  private static final Logger LOGGER = LoggerFactory.getLogger(OverlayMasterConfig.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the section of a master.
   *
   * @param reachedAt where the admin server is reached unless somebody says otherwise
   * @param address where others reach the node
   * @return null where there is nothing to give
   */
  static @Nullable OverlayMasterConfig read(
      Section master,
      Role role,
      boolean enabled,
      DcosOverlayImport imported,
      @Nullable URI reachedAt,
      @Nullable IpAddress address) {
    Map<String, Object> inline =
        master.optional(
            "network",
            Kind.OBJECT,
            "All overlays and pools, with the field names of DC/OS: vtep_subnet, overlays, …; see"
                + " docs/overlay.md. It may grow later; what agents have stays.");
    Path file =
        master.optional(
            "networkFile", master.readableFile(), "JSON file with the same, in its place.");
    AllocationStoreKind store =
        master.value(
            "store",
            Kind.word(List.of(AllocationStoreKind.values())),
            AllocationStoreKind.FILE,
            "Where it is kept who has what: in the folder overlay of node.dataDir, for a cluster"
                + " with one master; or in ZooKeeper, by which several masters elect one.");
    ZooKeeperUrl zooKeeper =
        master.optional(
            "zk",
            Kind.ofSecretText(
                SourcesConfig.ZOO_KEEPER_FORM, ZooKeeperUrl::parse, SourcesConfig::redacted),
            "Where that is, with a path of this cluster alone.");
    URI advertise =
        master.optional(
            "advertise",
            Kind.URL,
            reachedAt,
            "Where agents and other masters reach the admin server of this one. Without: where it"
                + " listens, or node.address with that port. No loopback address, unless that of"
                + " the node is one.");
    if (role == Role.AGENT) {
      // Not the whole section, of which a printed configuration has some.
      for (String key : List.of("network", "networkFile", "zk", "advertise")) {
        if (master.isGiven(key)) {
          master.problem(key, "given", "nothing on an agent: masters tell it");
        }
      }
      return null;
    }
    checkStore(master, store, zooKeeper);
    NetworkConfig network = network(master, enabled, inline, file, imported);
    if (enabled && advertise == null && !master.isGiven("advertise")) {
      master.problem("advertise", "missing", Kind.URL.form() + ", or node.address");
    }
    if (enabled && isLoopback(advertise) && address != null && !address.isLoopback()) {
      // An agent elsewhere would ask the admin server of its own host.
      master.problem("advertise", "loopback", "an address that agents reach");
    }
    return network == null || advertise == null
        ? null
        : new OverlayMasterConfig(network, store, zooKeeper, advertise);
  }

  /** Where others reach the admin server of a node; null where nobody can tell. */
  static @Nullable URI reachedAt(NodeConfig node, AdminConfig admin) {
    HostPort listen = admin.listen();
    IpAddress known = node.address();
    boolean anywhere = listen.address().isUnspecified();
    if (listen.port() == 0 || (anywhere && known == null)) {
      return null;
    }
    HostPort reached = anywhere && known != null ? new HostPort(known, listen.port()) : listen;
    return URI.create((admin.tls() == null ? "http://" : "https://") + reached);
  }

  private static boolean isLoopback(@Nullable URI url) {
    String host = url == null ? "" : url.getHost().replaceAll("[\\[\\]]", "");
    return host.equalsIgnoreCase("localhost")
        || IpAddress.tryParse(host).filter(IpAddress::isLoopback).isPresent();
  }

  private static void checkStore(
      Section master, AllocationStoreKind store, @Nullable ZooKeeperUrl zooKeeper) {
    if (store == AllocationStoreKind.ZOOKEEPER && !master.isGiven("zk")) {
      master.problem("zk", "missing", SourcesConfig.ZOO_KEEPER_FORM + ", as the store says");
    }
    if (store == AllocationStoreKind.FILE && zooKeeper != null) {
      master.problem("zk", zooKeeper, "only with store: zookeeper");
    }
  }

  private static @Nullable NetworkConfig network(
      Section master,
      boolean enabled,
      @Nullable Map<String, Object> inline,
      @Nullable Path file,
      DcosOverlayImport imported) {
    if (inline != null && file != null) {
      master.problem("networkFile", file, "not beside network");
      return null;
    }
    if (inline != null) {
      return inline(master, inline);
    }
    if (file != null) {
      return ofFile(master, file);
    }
    NetworkConfig old = imported.network();
    if (enabled && old == null && !master.isGiven("network") && !master.isGiven("networkFile")) {
      master.problem("network", "missing", "all overlays and pools, here or in networkFile");
    }
    return old;
  }

  /** In our own document unknown fields are mistakes, as they are everywhere in it. */
  private static @Nullable NetworkConfig inline(Section master, Map<String, Object> document) {
    ConfigCheck check;
    try {
      check = NetworkConfig.check(JSON.writeValueAsString(document));
    } catch (JsonProcessingException e) {
      master.problem("network", "an object", "values that JSON has: " + e.getOriginalMessage());
      return null;
    }
    check.problems().forEach(problem -> master.problemLine("network." + problem));
    check.warnings().stream()
        .filter(warning -> warning.code().equals("UNKNOWN_FIELD"))
        .forEach(unknown -> master.problemLine("network." + unknown));
    check.warnings().stream()
        .filter(warning -> !warning.code().equals("UNKNOWN_FIELD"))
        .forEach(warning -> LOGGER.warn("overlay.master.network.{}", warning));
    return check.config().orElse(null);
  }

  private static @Nullable NetworkConfig ofFile(Section master, Path file) {
    try {
      ConfigCheck check = NetworkConfig.check(Files.readString(file));
      check.problems().forEach(problem -> master.problemLine("networkFile: " + problem));
      check.warnings().forEach(warning -> LOGGER.warn("{}: {}", file, warning));
      return check.config().orElse(null);
    } catch (IOException e) {
      master.problem("networkFile", file, "a file that can be read: " + e.getMessage());
      return null;
    }
  }
}
