// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.api.ConfigurationException;
import java.util.List;
import java.util.Map;

/**
 * What one node was told to be: the whole document, read and checked. <b>Immutable.</b>
 *
 * <p>A new section is one more record with a {@code read(Section)} and one more line in {@link
 * #read}.
 */
public final class Configuration {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Role role;
  private final NodeConfig node;
  private final AdminConfig admin;
  private final SourcesConfig sources;
  private final DnsConfig dns;
  private final GossipConfig gossip;
  private final LbConfig lb;
  private final OverlayNodeConfig overlay;
  private final Map<String, Object> inForce;
  private final List<KeyDescription> keys;

  private Configuration(Role role, Section root, Reading reading) {
    this.role = role;
    node = NodeConfig.read(root.section("node", "Who this node is."), role);
    admin =
        AdminConfig.read(root.section("admin", "Where the node answers questions about itself."));
    Section from = root.section("sources", "Where the node learns what runs in the cluster.");
    sources = SourcesConfig.read(from);
    dns =
        DnsConfig.read(
            root.section("dns", "The names that the node answers for."),
            node.device().nameServers());
    gossip = GossipConfig.read(root.section("gossip", "How the nodes find out about each other."));
    lb =
        LbConfig.read(
            root.section("lb", "Stable virtual addresses of services (VIPs)."),
            role,
            LbNeighbours.of(node, admin, sources, dns, gossip));
    overlay =
        OverlayNodeConfig.read(
            root.section("overlay", "An address for every container, reached from all hosts."),
            role,
            node,
            admin,
            gossip);
    inForce = root.inForce();
    keys = reading.keys();
    if (dns.needsSource() && sources.saysNothing(from) && !gossip.hasStore()) {
      root.problem(
          "sources",
          "missing",
          "masters, zk, file or agent, or a member with gossip.store, for the zones that follow"
              + " tasks");
    }
    root.refuseUnknown();
  }

  /**
   * Reads the document.
   *
   * @param notConnected keys that this build cannot honour, by their path, with the reason; who
   *     sets one is refused
   * @throws ConfigurationException that lists all problems
   */
  public static Configuration read(
      Role role, ConfigDocument document, Map<String, String> notConnected) {
    Reading reading = new Reading(document.base(), notConnected);
    Configuration read = new Configuration(role, Section.root(document.tree(), reading), reading);
    if (!reading.problems().isEmpty()) {
      throw new ConfigurationException(reading.problems());
    }
    return read;
  }

  /** All keys that a document may have, for the reference. */
  public static List<KeyDescription> allKeys() {
    Reading reading = new Reading(ConfigDocument.empty().base(), Map.of());
    return new Configuration(Role.MASTER, Section.root(Map.of(), reading), reading).keys;
  }

  public Role role() {
    return role;
  }

  public NodeConfig node() {
    return node;
  }

  public AdminConfig admin() {
    return admin;
  }

  public SourcesConfig sources() {
    return sources;
  }

  public DnsConfig dns() {
    return dns;
  }

  public GossipConfig gossip() {
    return gossip;
  }

  public LbConfig lb() {
    return lb;
  }

  public OverlayNodeConfig overlay() {
    return overlay;
  }

  /** The values in force with all defaults, as JSON without secrets. */
  public String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(inForce);
    } catch (JsonProcessingException e) {
      throw new AssertionError("maps, lists, texts, numbers and flags can be written", e);
    }
  }
}
