// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.key.ClusterLabel;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import io.dcosnet.gossip.seed.SeedProvider;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.view.Metadata;
import io.dcosnet.netty.NetRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects and checks. <b>Not thread-safe.</b> */
final class ClusterBuilder extends GossipCluster.Builder {

  /** Label of clusters without encryption that name none. */
  private static final String INSECURE_LABEL = "insecure";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private final NetRuntime net;
  private @Nullable String name;
  private HostPort bind = new HostPort(IpAddress.LOOPBACK_IPV4, GossipCluster.DEFAULT_PORT);
  private @Nullable HostPort advertise;
  private @Nullable NodeId id;
  private @Nullable Path data;
  private @Nullable SeedProvider seeds;
  private GossipSettings settings = GossipSettings.lan();
  private @Nullable KeyRing keys;
  private PlainPolicy plain = PlainPolicy.REFUSED;
  private boolean insecure;
  private @Nullable String label;
  private Map<String, String> metadata = Map.of();
  private List<Cidr> allowed = List.of();
  private boolean stopWhenCloned;
  private @Nullable StoreSettings store;

  ClusterBuilder(NetRuntime net) {
    this.net = requireNonNull(net, "net");
  }

  @Override
  public ClusterBuilder name(String value) {
    name = requireNonNull(value, "name");
    return this;
  }

  @Override
  public ClusterBuilder bind(HostPort address) {
    bind = requireNonNull(address, "bind");
    return this;
  }

  @Override
  public ClusterBuilder advertise(HostPort address) {
    advertise = requireNonNull(address, "advertise");
    return this;
  }

  @Override
  public ClusterBuilder id(NodeId value) {
    id = requireNonNull(value, "id");
    return this;
  }

  @Override
  public ClusterBuilder data(Path directory) {
    data = requireNonNull(directory, "data");
    return this;
  }

  @Override
  public ClusterBuilder seeds(SeedProvider value) {
    seeds = requireNonNull(value, "seeds");
    return this;
  }

  @Override
  public ClusterBuilder settings(GossipSettings value) {
    settings = requireNonNull(value, "settings");
    return this;
  }

  @Override
  public ClusterBuilder store(StoreSettings value) {
    store = requireNonNull(value, "store");
    return this;
  }

  @Override
  public ClusterBuilder keys(KeyRing value) {
    keys = requireNonNull(value, "keys");
    return this;
  }

  @Override
  public ClusterBuilder plain(PlainPolicy value) {
    plain = requireNonNull(value, "plain");
    return this;
  }

  @Override
  public ClusterBuilder insecure() {
    insecure = true;
    return this;
  }

  @Override
  public ClusterBuilder label(String value) {
    label = requireNonNull(value, "label");
    return this;
  }

  @Override
  public ClusterBuilder metadata(Map<String, String> value) {
    metadata = Map.copyOf(value);
    return this;
  }

  @Override
  public ClusterBuilder allowed(List<Cidr> networks) {
    allowed = List.copyOf(networks);
    return this;
  }

  @Override
  public ClusterBuilder stopWhenCloned() {
    stopWhenCloned = true;
    return this;
  }

  @Override
  public GossipCluster build() {
    List<String> problems = new ArrayList<>();
    if (name != null && !NAME.matcher(name).matches()) {
      problems.add(
          "name: \"%s\" (expected: 1 to 128 letters, digits, '.', '_', '-')".formatted(name));
    }
    checkAddresses(problems);
    if (keys == null && !insecure) {
      problems.add("keys: none (expected: keys, or insecure() for a test)");
    }
    if (keys != null && insecure) {
      problems.add("insecure: said beside keys (expected: one of both)");
    }
    if (keys != null && label == null) {
      problems.add("label: none (expected: the name of the cluster, with keys)");
    }
    ClusterLabel clusterLabel = checkedLabel(problems);
    checkMetadata(problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new NettyCluster(
        new ClusterPlan(
            net,
            name,
            bind,
            advertise,
            id,
            data,
            seeds,
            settings,
            keys,
            plain,
            clusterLabel,
            metadata,
            allowed,
            stopWhenCloned,
            store));
  }

  private void checkAddresses(List<String> problems) {
    if (bind.address().isMulticast()) {
      problems.add("bind: " + bind + " (expected: an address of this host)");
    }
    if (advertise == null) {
      if (bind.address().isUnspecified()) {
        problems.add(
            "advertise: none (expected: an address that others reach, as bind is " + bind + ")");
      }
    } else if (advertise.port() == 0
        || advertise.address().isUnspecified()
        || advertise.address().isMulticast()) {
      problems.add("advertise: " + advertise + " (expected: address and port of a host)");
    }
  }

  private ClusterLabel checkedLabel(List<String> problems) {
    String text = label == null ? INSECURE_LABEL : label;
    try {
      return new ClusterLabel(text);
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return new ClusterLabel(INSECURE_LABEL);
    }
  }

  private void checkMetadata(List<String> problems) {
    try {
      var unused = Metadata.encode(OwnProfile.withKeys(metadata, keys));
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
    }
  }
}
