// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the certificate of a server and its key are kept. <b>Immutable.</b>
 *
 * @param chain PEM: the server's certificate, followed by those that it is signed with
 * @param key PEM: PKCS#8, without a password
 * @param clientAuthorities PEM: only clients with a certificate signed by one of these get through;
 *     null when clients need none
 */
public record TlsFiles(Path chain, Path key, @Nullable Path clientAuthorities) {

  public TlsFiles {
    requireNonNull(chain, "chain");
    requireNonNull(key, "key");
  }

  /** A server that asks clients for nothing. */
  public TlsFiles(Path chain, Path key) {
    this(chain, key, null);
  }
}
