// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code admin}: where the node answers questions about itself. <b>Immutable.</b>
 *
 * @param listen where; port 0 takes a free one
 * @param tokenFile holds the secret that callers must show; null for none
 * @param tls null for plain text
 * @param lameduck how long the node says that it is going before it goes
 */
public record AdminConfig(
    HostPort listen, @Nullable Path tokenFile, @Nullable Tls tls, Duration lameduck) {

  /** That of dcos-net. */
  public static final HostPort DEFAULT_LISTEN = HostPort.parse("127.0.0.1:62080");

  /** The process gives up on its end some seconds later. */
  private static final Duration LONGEST_LAMEDUCK = Duration.ofSeconds(10);

  /**
   * Files in PEM.
   *
   * @param clientAuthorities null when clients need no certificate
   */
  public record Tls(Path certificate, Path key, @Nullable Path clientAuthorities) {}

  static AdminConfig read(Section admin) {
    HostPort listen =
        admin.value("listen", Kind.ENDPOINT, DEFAULT_LISTEN, "Where the admin server listens.");
    Path tokenFile =
        admin.optional(
            "tokenFile",
            admin.readableFile(),
            "File with the bearer token that callers must show, all but those of /health.");
    Tls tls = readTls(admin.section("tls", "Encrypts the admin server; files in PEM."));
    boolean guarded =
        admin.isGiven("tokenFile") || (tls != null && tls.clientAuthorities() != null);
    if (!listen.address().isLoopback() && !guarded) {
      admin.problem(
          "listen",
          listen,
          "a loopback address, or a tokenFile or tls.clientAuthorities beside it");
    }
    Duration lameduck =
        admin.value(
            "lameduck",
            Kind.DURATION,
            Duration.ZERO,
            "How long /health/ready says no before the sockets close, up to 10s.");
    if (lameduck.compareTo(LONGEST_LAMEDUCK) > 0) {
      admin.problem("lameduck", DurationText.of(lameduck), "at most 10s");
    }
    return new AdminConfig(listen, tokenFile, tls, lameduck);
  }

  private static @Nullable Tls readTls(Section tls) {
    Path certificate =
        tls.optional(
            "certificate",
            tls.readableFile(),
            "Certificate of the server, followed by those that it is signed with.");
    Path key = tls.optional("key", tls.readableFile(), "Its key, PKCS#8 without password.");
    Path authorities =
        tls.optional(
            "clientAuthorities",
            tls.readableFile(),
            "Only clients with a certificate signed by one of these get through.");
    if (tls.isGiven() && !tls.isGiven("certificate")) {
      tls.problem("certificate", "missing", "a readable file");
    }
    if (tls.isGiven() && !tls.isGiven("key")) {
      tls.problem("key", "missing", "a readable file");
    }
    return certificate == null || key == null ? null : new Tls(certificate, key, authorities);
  }
}
