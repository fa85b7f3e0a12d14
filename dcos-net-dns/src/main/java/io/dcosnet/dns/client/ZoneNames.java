// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Names of the zones in this process, found without a query and without anybody's cache: an answer
 * is as new as the zone.
 *
 * <p>Names are absolute, with or without the final dot, in any case. CNAME records are followed
 * within the zones. Where a name belongs to none of the zones, or its zone cannot tell yet, the
 * answer is <em>unknown</em>, and somebody else must be asked.
 *
 * <p>Watches look again after each change of any of the zones, which costs one look-up; the zones
 * change only while somebody {@linkplain Zone#follow follows} them, as a server does.
 *
 * <p><b>Thread-safe.</b> No method blocks.
 */
public final class ZoneNames {

  private static final int MAX_CNAMES = 16;

  private final ZoneTable zones;

  private ZoneNames(ZoneTable zones) {
    this.zones = zones;
  }

  /**
   * Names of these zones.
   *
   * @throws IllegalArgumentException when two have the same origin
   */
  public static ZoneNames of(Collection<? extends Zone> zones) {
    return new ZoneNames(ZoneTable.of(zones));
  }

  /** The addresses of a host, IPv4 first; empty also where that is unknown. */
  public List<InetAddress> resolve(String host) {
    List<InetAddress> found = lookup(host);
    return found == null ? List.of() : found;
  }

  /**
   * As {@link #resolve}, null where it is unknown; an address stands for itself. The addresses
   * carry the name that was asked for.
   */
  public @Nullable List<InetAddress> lookup(String host) {
    IpAddress literal = IpAddress.tryParse(host).orElse(null);
    if (literal != null) {
      return List.of(literal.toInetAddress());
    }
    DomainName name = parse(host);
    List<IpAddress> addresses = name == null ? null : addresses(name);
    return addresses == null
        ? null
        : addresses.stream().map(address -> named(host, address)).toList();
  }

  /**
   * Where a service is found, by priority and weight.
   *
   * @param name of its SRV records, such as {@code _web._tcp.marathon.mesos}
   * @return empty also where that is unknown; targets without a known address are left out
   */
  public List<ServiceTarget> services(String name) {
    DomainName parsed = parse(name);
    List<ServiceTarget> found = parsed == null ? null : targets(parsed);
    return found == null ? List.of() : found;
  }

  /** Tells the addresses of a host as soon as they are known, and then whenever they change. */
  public Subscription watchAddresses(
      String host, Executor executor, Consumer<List<InetAddress>> listener) {
    return RecordWatch.start(zones.zones(), executor, () -> lookup(host), listener);
  }

  /** Tells where a service is found, and then whenever that changes, addresses included. */
  public Subscription watchServices(
      String name, Executor executor, Consumer<List<ServiceTarget>> listener) {
    DomainName parsed = DomainName.parse(name);
    return RecordWatch.start(zones.zones(), executor, () -> targets(parsed), listener);
  }

  /**
   * Tells the records of a name and type, and then whenever they change; empty when it has none.
   *
   * @param type see {@link RecordType}
   */
  public Subscription watchRecords(
      DomainName name, int type, Executor executor, Consumer<Optional<RecordSet>> listener) {
    return RecordWatch.start(
        zones.zones(),
        executor,
        () -> records(name, type),
        records -> listener.accept(Optional.ofNullable(records.set())));
  }

  /** What a name has of one type; {@code set} is null when that is nothing. */
  private record Records(@Nullable RecordSet set) {}

  private @Nullable Records records(DomainName name, int type) {
    Found found = find(name);
    if (found == null) {
      return null;
    }
    return new Records(found.node() == null ? null : found.node().set(type));
  }

  /** A name in its zone; {@code node} is null when it does not exist. */
  private record Found(@Nullable ZoneNode node) {}

  /** Null when nothing is known of the name. */
  private @Nullable Found find(DomainName name) {
    Zone zone = zones.match(name);
    ZoneSnapshot snapshot = zone == null ? null : zone.snapshot();
    ZoneNode node = snapshot == null ? null : snapshot.find(name);
    return snapshot == null || (node == null && snapshot.isPartial()) ? null : new Found(node);
  }

  private @Nullable List<IpAddress> addresses(DomainName name) {
    DomainName at = name;
    for (int hops = 0; hops <= MAX_CNAMES; hops++) {
      Found found = find(at);
      if (found == null) {
        return null;
      }
      ZoneNode node = found.node();
      RecordSet alias = node == null ? null : node.set(RecordType.CNAME);
      if (node == null || alias == null) {
        return node == null ? List.of() : addresses(node);
      }
      byte[] target = data(alias, 0);
      at = DomainName.ofWire(target, 0, target.length);
    }
    return List.of();
  }

  private static List<IpAddress> addresses(ZoneNode node) {
    List<IpAddress> addresses = new ArrayList<>();
    for (int type : new int[] {RecordType.A, RecordType.AAAA}) {
      RecordSet set = node.set(type);
      for (int i = 0; set != null && i < set.size(); i++) {
        addresses.add(IpAddress.ofBytes(data(set, i)));
      }
    }
    return List.copyOf(addresses);
  }

  private @Nullable List<ServiceTarget> targets(DomainName name) {
    Found found = find(name);
    if (found == null) {
      return null;
    }
    RecordSet records = found.node() == null ? null : found.node().set(RecordType.SRV);
    List<ServiceTarget> targets = new ArrayList<>();
    for (int i = 0; records != null && i < records.size(); i++) {
      byte[] data = data(records, i);
      int rest = data.length - Rdata.SRV_TARGET_OFFSET;
      DomainName target = DomainName.ofWire(data, Rdata.SRV_TARGET_OFFSET, rest);
      List<IpAddress> addresses = addresses(target);
      for (IpAddress address : addresses == null ? List.<IpAddress>of() : addresses) {
        HostPort endpoint = new HostPort(address, get16(data, 4));
        targets.add(new ServiceTarget(endpoint, target.toString(), get16(data, 0), get16(data, 2)));
      }
    }
    return List.copyOf(targets);
  }

  private static byte[] data(RecordSet set, int index) {
    byte[] data = new byte[set.dataLength(index)];
    set.copyData(index, data, 0);
    return data;
  }

  private static int get16(byte[] data, int at) {
    return (data[at] & 0xff) << 8 | (data[at + 1] & 0xff);
  }

  private static @Nullable DomainName parse(String host) {
    try {
      return DomainName.parse(host);
    } catch (DecodeException e) {
      return null; // what is no name is none of ours
    }
  }

  /** With the name that TLS will compare with the certificate. */
  private static InetAddress named(String host, IpAddress address) {
    try {
      return InetAddress.getByAddress(host, address.toBytes());
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are always accepted", e);
    }
  }
}
