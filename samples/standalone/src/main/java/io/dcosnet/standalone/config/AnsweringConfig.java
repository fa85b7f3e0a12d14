// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.querylog.QueryLog;
import io.dcosnet.dns.response.Rotation;
import io.dcosnet.dns.response.ServerIdentity;
import io.dcosnet.dns.transport.UdpSockets;
import io.dcosnet.dns.transport.UdpTransport;
import io.dcosnet.netty.TlsFiles;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys of section {@code dns} about how answers look and how they travel. <b>Immutable.</b>
 *
 * @param truncateBit false never to say that an answer was cut
 * @param workers UDP sockets of each address; null for what fits the machine
 * @param queryLog null for none
 */
public record AnsweringConfig(
    ServerIdentity identity,
    Rotation rotation,
    boolean truncateBit,
    UdpTransport transport,
    @Nullable Integer workers,
    Encrypted tls,
    Encrypted https,
    @Nullable QueryLog queryLog) {

  /**
   * Where clients are served in secret.
   *
   * @param certificate null where nowhere
   */
  public record Encrypted(List<HostPort> listen, @Nullable TlsFiles certificate) {}

  /**
   * Reads the keys.
   *
   * @param rotation what counts where the document says nothing
   * @param truncateBit the same
   */
  static AnsweringConfig read(Section dns, Rotation rotation, boolean truncateBit) {
    ServerIdentity identity =
        identity(dns.section("identity", "What the DNS server tells of itself to those who ask."));
    Rotation order =
        dns.value(
            "rotation", Kind.word(List.of(Rotation.values())), rotation, "The order of records.");
    boolean tellsOfCuts =
        dns.value(
            "truncateBit", Kind.FLAG, truncateBit, "Whether an answer that was cut says so (TC).");
    Section udp = dns.section("udp", "How datagrams travel.");
    UdpTransport transport =
        udp.value(
            "transport",
            Kind.word(List.of(UdpTransport.values())),
            UdpTransport.AUTO,
            "native: many datagrams with each system call, Linux only; netty: everywhere; auto: the"
                + " first of both that works.");
    Integer workers =
        udp.optional(
            "workers",
            Kind.number(1, UdpSockets.MAX_WORKERS),
            "Sockets of each address, each with a thread. Without: as many as fit the machine.");
    Encrypted tls = encrypted(dns.section("tls", "DNS over TLS (docs/dns-encrypted.md)."), 853);
    Encrypted https =
        encrypted(
            dns.section("https", "DNS over HTTPS, at /dns-query (docs/dns-encrypted.md)."), 443);
    QueryLog log =
        queryLog(dns.section("queryLog", "Queries as lines of the log " + QueryLog.LOGGER + "."));
    return new AnsweringConfig(identity, order, tellsOfCuts, transport, workers, tls, https, log);
  }

  private static ServerIdentity identity(Section identity) {
    String nsid = identity.value("nsid", Kind.TEXT, "", "Option NSID, and TXT id.server.");
    String hostname = identity.value("hostname", Kind.TEXT, "", "TXT hostname.bind.");
    String version = identity.value("version", Kind.TEXT, "", "TXT version.bind.");
    try {
      return new ServerIdentity(nsid, hostname, version);
    } catch (IllegalArgumentException e) {
      String.valueOf(e.getMessage()).lines().forEach(identity::problemLine);
      return ServerIdentity.UNTOLD;
    }
  }

  private static Encrypted encrypted(Section section, int usualPort) {
    List<HostPort> listen =
        section.list(
            "listen",
            Kind.ENDPOINT,
            List.of(),
            "Where it is served, usually with port " + usualPort + ".");
    Path chain =
        section.optional(
            "certificate",
            section.readableFile(),
            "The certificate and those it is signed with, PEM; watched.");
    Path key =
        section.optional(
            "key", section.readableFile(), "Its key, PKCS#8 without a password, PEM; watched.");
    if (!listen.isEmpty() && !section.isGiven("certificate")) {
      section.problem("certificate", "missing", "a readable file");
    }
    if (!listen.isEmpty() && !section.isGiven("key")) {
      section.problem("key", "missing", "a readable file");
    }
    return new Encrypted(listen, chain == null || key == null ? null : new TlsFiles(chain, key));
  }

  private static @Nullable QueryLog queryLog(Section log) {
    int oneIn =
        log.value(
            "sample",
            Kind.number(0, 1_000_000_000),
            0,
            "One query of so many is logged, 1: all; 0: none.");
    boolean hash =
        log.value(
            "hashClients",
            Kind.FLAG,
            false,
            "Whether addresses of clients are replaced by what only tells them apart.");
    return oneIn == 0 ? null : QueryLog.toLogger(oneIn, hash);
  }
}
