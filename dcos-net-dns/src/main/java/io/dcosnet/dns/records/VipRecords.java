// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.VipDirectory.Entry;
import io.dcosnet.api.vip.VipDirectory.Service;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.DomainNameBuilder;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What DNS says of one named VIP:
 *
 * <ul>
 *   <li>its addresses, as dcos-net does;
 *   <li>SRV at {@code _<VIP port>._tcp.<name>} and {@code _<port name>._tcp.<name>} with the port
 *       that clients here connect to, which is not always that of the VIP;
 *   <li>TXT with one record for each port: {@code "proto=tcp" "port=80" "name=http"}, and {@code
 *       "vip=80"} where clients connect to another port.
 * </ul>
 *
 * <p><b>Confined to</b> one thread.
 */
final class VipRecords {

  /** Most TXT records of a name, so that an answer always fits into a message. */
  static final int MAX_TXT = 256;

  private final int ttlSeconds;
  private final DomainNameBuilder names = new DomainNameBuilder();

  VipRecords(int ttlSeconds) {
    this.ttlSeconds = ttlSeconds;
  }

  /** A set of one owner. */
  record Owned(DomainName owner, int type) {}

  /** The sets of a VIP; none for none. */
  Map<Owned, RecordSet> of(DomainName name, @Nullable Entry entry) {
    if (entry == null) {
      return Map.of();
    }
    Map<Owned, RecordSet> sets = new HashMap<>();
    address(sets, name, RecordType.A, entry.ipv4());
    address(sets, name, RecordType.AAAA, entry.ipv6());
    Map<DomainName, List<byte[]>> targets = new HashMap<>();
    List<byte[]> texts = new ArrayList<>();
    for (Service service : entry.services()) {
      String protocol = service.protocol().toString().toLowerCase(Locale.ROOT);
      byte[] target = Rdata.srv(0, 0, service.port(), name);
      add(targets, Integer.toString(service.vipPort()), protocol, name, target);
      service.names().forEach(port -> add(targets, port, protocol, name, target));
      if (texts.size() < MAX_TXT) {
        texts.add(text(protocol, service));
      }
    }
    targets.forEach(
        (owner, data) ->
            sets.put(
                new Owned(owner, RecordType.SRV), RecordSet.of(RecordType.SRV, ttlSeconds, data)));
    if (!texts.isEmpty()) {
      sets.put(new Owned(name, RecordType.TXT), RecordSet.of(RecordType.TXT, ttlSeconds, texts));
    }
    return sets;
  }

  private void address(
      Map<Owned, RecordSet> sets, DomainName name, int type, @Nullable IpAddress address) {
    if (address != null) {
      sets.put(new Owned(name, type), RecordSet.of(type, ttlSeconds, Rdata.address(address)));
    }
  }

  /** A name so long that these labels do not fit before it has no SRV records, only addresses. */
  private void add(
      Map<DomainName, List<byte[]>> targets,
      String port,
      String protocol,
      DomainName name,
      byte[] target) {
    DomainName owner = names.clear().append("_" + port + "._" + protocol).build(name, true);
    if (owner != null) {
      targets.computeIfAbsent(owner, o -> new ArrayList<>(1)).add(target);
    }
  }

  private static byte[] text(String protocol, Service service) {
    List<String> strings = new ArrayList<>();
    strings.add("proto=" + protocol);
    strings.add("port=" + service.port());
    if (service.vipPort() != service.port()) {
      strings.add("vip=" + service.vipPort());
    }
    service.names().forEach(name -> strings.add("name=" + name));
    return Rdata.txt(strings);
  }
}
