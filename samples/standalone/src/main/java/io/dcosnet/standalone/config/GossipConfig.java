// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.HostPort;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code gossip}: how the nodes find out about each other. <b>Immutable.</b>
 *
 * @param bind where members are heard; null on a node that is no member
 * @param advertise what the others are told instead; null for the same
 * @param name empty for one made of the role and the address
 * @param keyFile the key that all share; null without encryption
 */
public record GossipConfig(
    @Nullable HostPort bind,
    @Nullable HostPort advertise,
    String name,
    List<SeedText> seeds,
    String label,
    @Nullable Path keyFile,
    GossipPreset preset,
    StoreConfig store) {

  private static final String ANY_NAME = "[A-Za-z0-9._-]{0,128}";
  private static final String DEFAULT_LABEL = "dcos-net";
  private static final int MAX_LABEL = 255;

  static GossipConfig read(Section gossip) {
    HostPort bind =
        gossip.optional(
            "bind",
            Kind.ENDPOINT,
            "Where this node hears the others, over UDP and TCP; their port is 7950 by custom."
                + " Without it the node is no member.");
    HostPort advertise =
        gossip.optional(
            "advertise", Kind.ENDPOINT, "What the others are told instead of that, behind NAT.");
    String name =
        gossip.value(
            "name",
            Kind.TEXT,
            "",
            "Name for people, of letters, digits, dot, dash and underscore; without: role and"
                + " address.");
    if (!name.matches(ANY_NAME)) {
      gossip.problem("name", name, "up to 128 letters, digits, '.', '_', '-'");
    }
    List<SeedText> seeds =
        gossip.list(
            "seeds",
            Kind.ofText(SeedText.FORM, SeedText::parse),
            List.of(),
            "Where other members may be found: an address, a host with all its addresses, or the"
                + " masters of section sources; the port is 7950 unless given. Asked again and"
                + " again.");
    String label =
        gossip.value(
            "label",
            Kind.TEXT,
            DEFAULT_LABEL,
            "Name of the cluster, the same on all nodes; members of another one are not heard.");
    int octets = label.getBytes(StandardCharsets.UTF_8).length;
    if (octets < 1 || octets > MAX_LABEL) {
      gossip.problem("label", label, "1 to " + MAX_LABEL + " octets");
    }
    Path keyFile =
        gossip.optional(
            "keyFile",
            gossip.readableFile(),
            "File with the key that all members share, as dcos-net gossip key makes it.");
    boolean insecure =
        gossip.value(
            "insecure",
            Kind.FLAG,
            false,
            "No encryption and no proof of who sent what, in place of a key; for tests.");
    GossipPreset preset =
        gossip.value(
            "preset",
            Kind.word(List.of(GossipPreset.values())),
            GossipPreset.LAN,
            "How fast and how patient: for one data centre, for nodes far from each other, or for"
                + " one machine.");
    StoreConfig store =
        StoreConfig.read(
            gossip.section("store", "What all nodes know, of which this one has a copy."));
    // A printed configuration has all defaults in it, and is read again.
    boolean wished =
        gossip.isGiven("advertise")
            || gossip.isGiven("keyFile")
            || !name.isEmpty()
            || !seeds.isEmpty()
            || !label.equals(DEFAULT_LABEL)
            || insecure
            || preset != GossipPreset.LAN
            || !store.isDefault();
    if (wished && !gossip.isGiven("bind")) {
      gossip.problem("bind", "missing", "ADDR:PORT, as without it this node is no member");
    }
    if (bind != null && keyFile == null && !gossip.isGiven("keyFile") && !insecure) {
      gossip.problem("keyFile", "missing", "a readable file, or insecure: true");
    }
    if (insecure && gossip.isGiven("keyFile")) {
      gossip.problem("insecure", true, "not beside keyFile");
    }
    return new GossipConfig(bind, advertise, name, seeds, label, keyFile, preset, store);
  }

  /** Whether this node has a copy of the replicated store. */
  public boolean hasStore() {
    return bind != null && store.enabled();
  }
}
