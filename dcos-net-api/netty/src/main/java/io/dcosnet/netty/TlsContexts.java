// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import io.dcosnet.api.DcosNetException;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS contexts from PEM files, on the JDK's own provider. The files are read at the call; {@link
 * ReloadedTls} follows their changes.
 */
public final class TlsContexts {

  private TlsContexts() {}

  /**
   * A server that shows {@code chain} and asks clients for nothing. TLS 1.2 and 1.3.
   *
   * @param chain the server's certificate, followed by those that it is signed with
   * @param key PKCS#8, without a password
   * @throws DcosNetException when a file cannot be read or used
   */
  public static SslContext server(Path chain, Path key) {
    return server(new TlsFiles(chain, key), List.of());
  }

  /**
   * As {@link #server(Path, Path)}, but only clients with a certificate signed by one of {@code
   * clientAuthorities} get through.
   */
  public static SslContext mutualServer(Path chain, Path key, Path clientAuthorities) {
    return server(new TlsFiles(chain, key, clientAuthorities), List.of());
  }

  /**
   * A server that speaks one of these protocols. Clients that name only others are turned away (RFC
   * 7301 §3.2); those that name none get through.
   *
   * @param protocols names for ALPN, the preferred one first; none to leave ALPN out
   * @throws DcosNetException when a file cannot be read or used, or the key is not that of the
   *     certificate
   */
  public static SslContext server(TlsFiles files, List<String> protocols) {
    return server(files, ServerCertificate.read(files), protocols);
  }

  static SslContext server(TlsFiles files, ServerCertificate own, List<String> protocols) {
    Path clientAuthorities = files.clientAuthorities();
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(own.key(), own.chain())
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .applicationProtocolConfig(alpn(protocols));
      if (clientAuthorities != null) {
        requireReadable("client authorities", clientAuthorities);
        builder.trustManager(clientAuthorities.toFile()).clientAuth(ClientAuth.REQUIRE);
      }
      return builder.build();
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(files, e);
    }
  }

  /**
   * A client that talks to servers with a certificate for the name that it asks for, and to no
   * others. TLS 1.2 and 1.3.
   *
   * @param authorities certificates that the server's is signed with; null for those of the JDK
   * @param protocols offered by ALPN, such as {@code dot}; a server that knows none is fine
   * @throws DcosNetException when the file cannot be read or used
   */
  public static SslContext client(@Nullable Path authorities, String... protocols) {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .endpointIdentificationAlgorithm("HTTPS");
      if (protocols.length > 0) {
        builder.applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                protocols));
      }
      if (authorities != null) {
        requireReadable("authorities", authorities);
        builder.trustManager(authorities.toFile());
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new DcosNetException(
          "tls: cannot use authorities %s: %s (expected: certificates as PEM)"
              .formatted(authorities, cause.getMessage()),
          e);
    }
  }

  private static @Nullable ApplicationProtocolConfig alpn(List<String> protocols) {
    return protocols.isEmpty()
        ? null
        : new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.FATAL_ALERT,
            SelectedListenerFailureBehavior.ACCEPT,
            protocols);
  }

  static DcosNetException unusable(TlsFiles files, Exception reason) {
    boolean inner = reason.getCause() != null && !(reason instanceof GeneralSecurityException);
    Throwable cause = inner ? reason.getCause() : reason;
    return new DcosNetException(
        "tls: cannot use chain %s with key %s: %s (expected: PEM, the key as PKCS#8 without password)"
            .formatted(files.chain(), files.key(), cause == null ? reason : cause.getMessage()),
        reason);
  }

  static void requireReadable(String what, Path file) {
    if (!Files.isReadable(file)) {
      throw new DcosNetException(
          "tls: %s %s cannot be read (does it exist, with rights for this user?)"
              .formatted(what, file));
    }
  }
}
