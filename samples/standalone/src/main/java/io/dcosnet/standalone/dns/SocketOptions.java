// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.transport.UdpSockets;
import io.dcosnet.dns.transport.UdpTransport;
import io.dcosnet.netty.TlsFiles;
import io.dcosnet.standalone.cli.Arguments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and how clients are served; options of {@code dcos-net dns serve}. */
final class SocketOptions {

  @Option(
      names = "--listen",
      paramLabel = "ADDR:PORT",
      arity = "1..*",
      description = "Where to listen, each for UDP and TCP; port 0 takes a free one.")
  List<String> listen = List.of();

  @Option(
      names = "--tls",
      paramLabel = "ADDR:PORT",
      arity = "1..*",
      description = "Where to listen for DNS over TLS, usually port 853.")
  List<String> tls = List.of();

  @Option(
      names = "--https",
      paramLabel = "ADDR:PORT",
      arity = "1..*",
      description = "Where to listen for DNS over HTTPS, at /dns-query, usually port 443.")
  List<String> https = List.of();

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "For --tls and --https: the certificate and those it is signed with, PEM.")
  @Nullable String certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The key of the certificate, PKCS#8 without a password, PEM.")
  @Nullable String key;

  @Option(
      names = "--transport",
      paramLabel = "WORD",
      description =
          "What carries UDP: native (batches of datagrams, Linux), netty, or auto for the first of"
              + " both that works; without: auto.")
  @Nullable String transport;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "UDP sockets of each address, each with a thread, and event loops for all else; without:"
              + " as many as fit the machine.")
  @Nullable String workers;

  /** What the options say. */
  SocketWish wish(Arguments arguments) {
    if (listen.isEmpty()) {
      arguments.problem("--listen: missing (expected: ADDR:PORT, such as 127.0.0.1:5353)");
    }
    List<HostPort> plain = addresses("--listen", listen, arguments);
    List<HostPort> overTls = addresses("--tls", tls, arguments);
    List<HostPort> overHttps = addresses("--https", https, arguments);
    TlsFiles files = files(arguments);
    UdpTransport udp =
        arguments
            .<UdpTransport>optional(
                "--transport", transport, SocketOptions::transport, "auto, native or netty")
            .get();
    Long threads =
        arguments
            .<Long>optional(
                "--workers",
                workers,
                Arguments.numberFrom(1, UdpSockets.MAX_WORKERS),
                "1-" + UdpSockets.MAX_WORKERS)
            .get();
    return new SocketWish(
        plain,
        overTls,
        overHttps,
        files,
        udp == null ? UdpTransport.AUTO : udp,
        threads == null ? null : threads.intValue());
  }

  private static List<HostPort> addresses(String option, List<String> texts, Arguments arguments) {
    List<HostPort> addresses = new ArrayList<>();
    for (String text : texts) {
      HostPort address =
          arguments.<HostPort>optional(option, text, HostPort::parse, "ADDR:PORT").get();
      if (address != null) {
        addresses.add(address);
      }
    }
    return addresses;
  }

  private @Nullable TlsFiles files(Arguments arguments) {
    boolean encrypted = !tls.isEmpty() || !https.isEmpty();
    Path chain = file("--certificate", certificate, encrypted, arguments);
    Path secret = file("--key", key, encrypted, arguments);
    return chain == null || secret == null ? null : new TlsFiles(chain, secret);
  }

  private static @Nullable Path file(
      String option, @Nullable String text, boolean needed, Arguments arguments) {
    if (text == null && needed) {
      arguments.problem(option + ": missing (expected: a readable file, for --tls and --https)");
    } else if (text != null && !needed) {
      arguments.problem(option + ": " + text + " (expected: beside --tls or --https)");
    }
    return arguments.<Path>optional(option, text, Arguments.file(), "a readable file").get();
  }

  private static UdpTransport transport(String text) {
    return switch (text) {
      case "auto" -> UdpTransport.AUTO;
      case "native" -> UdpTransport.NATIVE;
      case "netty" -> UdpTransport.NETTY;
      default -> throw new IllegalArgumentException(text);
    };
  }
}
