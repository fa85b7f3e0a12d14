// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Small zones for tests. */
public final class Zones {

  private Zones() {}

  public static DomainName name(String text) {
    return DomainName.parse(text);
  }

  public static ZoneApex apex(String origin) {
    DomainName name = name(origin);
    DomainName server = name("ns1." + origin);
    return new ZoneApex(
        name, server, name("root.ns1." + origin), 60, 600, 86400, 30, 60, 60, List.of(server));
  }

  /** An empty zone with serial 100. */
  public static ZoneSnapshot empty(String origin) {
    return ZoneSnapshot.empty(apex(origin), 100);
  }

  /** A zone with whatever is published there, which needs nobody to follow it. */
  public static Zone published(String origin, ZonePublisher publisher) {
    return new Zone() {
      @Override
      public DomainName origin() {
        return name(origin);
      }

      @Override
      public @Nullable ZoneSnapshot snapshot() {
        return publisher.snapshot();
      }

      @Override
      public Subscription watch(Executor executor, ZoneListener listener) {
        return publisher.watch(executor, listener);
      }

      @Override
      public Subscription follow(Surroundings surroundings) {
        return () -> {};
      }
    };
  }

  public static RecordSet addresses(String... addresses) {
    List<IpAddress> parsed = Arrays.stream(addresses).map(IpAddress::parse).toList();
    int type = parsed.get(0).isIpv4() ? RecordType.A : RecordType.AAAA;
    return RecordSet.of(type, 60, parsed.stream().map(Rdata::address).toList());
  }

  /** SRV records of priority 0 and weight 1, each given as {@code port target}. */
  public static RecordSet services(String... portsAndTargets) {
    return RecordSet.of(
        RecordType.SRV, 60, Arrays.stream(portsAndTargets).map(Zones::service).toList());
  }

  /** Records whose data is one name, such as NS. */
  public static RecordSet names(int type, String... names) {
    return RecordSet.of(
        type, 60, Arrays.stream(names).map(name -> Rdata.name(name(name))).toList());
  }

  public static RecordSet cname(String target) {
    return names(RecordType.CNAME, target);
  }

  private static byte[] service(String portAndTarget) {
    int space = portAndTarget.indexOf(" ");
    int port = Integer.parseInt(portAndTarget.substring(0, space));
    return Rdata.srv(0, 1, port, name(portAndTarget.substring(space + 1)));
  }
}
