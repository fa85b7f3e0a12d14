// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.defend.CookieSecret;
import io.dcosnet.dns.defend.Cookies;
import io.dcosnet.netty.TlsFiles;
import io.dcosnet.standalone.config.AnsweringConfig;
import io.dcosnet.standalone.config.DefenceConfig;
import io.dcosnet.standalone.config.DnsConfig;
import io.dcosnet.standalone.config.ForwardConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How the DNS server of a node answers, apart from its zones: to whom, over what, and with whose
 * help.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Answering {

  private final DnsConfig config;
  private final List<String> problems;

  /**
   * @param problems gets what is wrong with the file of secrets
   */
  Answering(DnsConfig config, List<String> problems) {
    this.config = config;
    this.problems = problems;
  }

  void describe(DnsServer.Builder builder) {
    defence(config.defence(), builder);
    sockets(config.answering(), builder);
    if (config.forward().isOn()) {
      forward(config.forward(), builder);
    }
  }

  private void defence(DefenceConfig defence, DnsServer.Builder builder) {
    builder.access(defence.access()).rateLimit(defence.rateLimit());
    Path secrets = defence.secretsFile();
    if (!defence.cookies()) {
      builder.cookies(Cookies.OFF);
    } else if (secrets != null) {
      cookies(secrets, builder);
    }
  }

  /** Never shows a line of the file. */
  private void cookies(Path file, DnsServer.Builder builder) {
    String place = "dns.cookies.secretsFile: " + file;
    try {
      List<CookieSecret> secrets =
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .map(CookieSecret::parse)
              .toList();
      if (secrets.isEmpty()) {
        problems.add(place + " (expected: one secret at least)");
        return;
      }
      builder.cookies(new Cookies(secrets));
    } catch (IllegalArgumentException e) {
      problems.add(place + ": " + e.getMessage());
    } catch (IOException e) {
      problems.add(place + " (expected: a readable file; " + e + ")");
    }
  }

  private static void sockets(AnsweringConfig answering, DnsServer.Builder builder) {
    builder
        .identity(answering.identity())
        .rotation(answering.rotation())
        .truncateBit(answering.truncateBit())
        .udpTransport(answering.transport());
    Integer workers = answering.workers();
    if (workers != null) {
      builder.workers(workers);
    }
    TlsFiles tls = answering.tls().certificate();
    if (tls != null) {
      answering.tls().listen().forEach(address -> builder.listenTls(address, tls));
    }
    TlsFiles https = answering.https().certificate();
    if (https != null) {
      answering.https().listen().forEach(address -> builder.listenHttps(address, https));
    }
    if (answering.queryLog() != null) {
      builder.queryLog(answering.queryLog());
    }
  }

  private void forward(ForwardConfig forward, DnsServer.Builder builder) {
    builder.forward(forward.routes(List.of())).forwardLimits(forward.limits());
    Path authorities = forward.authorities();
    if (authorities != null) {
      builder.upstreamAuthorities(authorities);
    }
    CacheConfig cache = config.cache();
    if (cache == null) {
      builder.noCache();
    } else {
      builder.cache(cache);
    }
  }
}
