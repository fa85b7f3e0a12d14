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
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS contexts from PEM files, on the JDK's own provider. The files are read at the call; a changed
 * certificate needs a new context.
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
    return server(chain, key, null);
  }

  /**
   * As {@link #server(Path, Path)}, but only clients with a certificate signed by one of {@code
   * clientAuthorities} get through.
   */
  public static SslContext mutualServer(Path chain, Path key, Path clientAuthorities) {
    return server(chain, key, clientAuthorities);
  }

  private static SslContext server(Path chain, Path key, @Nullable Path clientAuthorities) {
    requireReadable("certificate chain", chain);
    requireReadable("private key", key);
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(chain.toFile(), key.toFile())
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2");
      if (clientAuthorities != null) {
        requireReadable("client authorities", clientAuthorities);
        builder.trustManager(clientAuthorities.toFile()).clientAuth(ClientAuth.REQUIRE);
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new DcosNetException(
          "tls: cannot use chain %s with key %s: %s (expected: PEM, the key as PKCS#8 without password)"
              .formatted(chain, key, cause.getMessage()),
          e);
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

  private static void requireReadable(String what, Path file) {
    if (!Files.isReadable(file)) {
      throw new DcosNetException(
          "tls: %s %s cannot be read (does it exist, with rights for this user?)"
              .formatted(what, file));
    }
  }
}
