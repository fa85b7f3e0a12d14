// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeader;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeader.Addresses;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderWriter;
import io.dcosnet.lb.datapath.proxyheader.Tlv;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header that tells a back end of one service who the client is, and that it called the VIP.
 *
 * <p><b>Immutable.</b>
 */
final class HeaderOut {

  private final ServiceOptions.ProxyHeader version;
  private final boolean datagram;
  private final boolean checksum;
  private final HostPort vip;
  private final List<Tlv> facts;

  private HeaderOut(Service service, boolean datagram, boolean checksum) {
    version = service.options().proxyHeader();
    this.datagram = datagram;
    this.checksum = checksum;
    vip = service.frontend().endpoint();
    facts = List.of(new Tlv(ProxyHeader.VIP, service.key().host().getBytes(UTF_8)));
  }

  /**
   * What the service asks for; null for nothing. Datagrams are known to version 2 only.
   *
   * @param checksum with a checksum, where the version has one
   */
  static @Nullable HeaderOut of(Service service, boolean checksum) {
    boolean datagram = service.frontend().protocol() == Protocol.UDP;
    return switch (service.options().proxyHeader()) {
      case NONE -> null;
      case V1 -> datagram ? null : new HeaderOut(service, datagram, checksum);
      case V2 -> new HeaderOut(service, datagram, checksum);
    };
  }

  /**
   * The octets for one client.
   *
   * @param client null when it is gone already
   */
  byte[] octets(@Nullable HostPort client) {
    boolean first = version == ServiceOptions.ProxyHeader.V1;
    if (client == null) {
      return first ? ProxyHeaderWriter.unknownV1() : ProxyHeaderWriter.localV2();
    }
    Addresses addresses = new Addresses(datagram, client, vip);
    return first
        ? ProxyHeaderWriter.v1(addresses)
        : ProxyHeaderWriter.v2(addresses, facts, checksum);
  }
}
