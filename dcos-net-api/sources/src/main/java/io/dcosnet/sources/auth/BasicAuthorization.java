// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A user with a password (RFC 7617), as masters that know no accounts ask for. <b>Immutable.</b>
 */
public final class BasicAuthorization implements Authorization {

  private final String user;
  private final String header;

  private BasicAuthorization(String user, String header) {
    this.user = user;
    this.header = header;
  }

  /**
   * Shows this user.
   *
   * @param user without a colon; Mesos calls it the principal
   */
  public static BasicAuthorization of(String user, String password) {
    requireNonNull(password, "password");
    if (user.isEmpty() || user.indexOf(':') >= 0) {
      throw new IllegalArgumentException("user: " + user + " (expected: a name without a colon)");
    }
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new BasicAuthorization(user, "Basic " + Base64.getEncoder().encodeToString(both));
  }

  @Override
  public CompletionStage<String> header() {
    return CompletableFuture.completedFuture(header);
  }

  /** The user without the password. */
  @Override
  public String toString() {
    return "BasicAuthorization[" + user + "]";
  }
}
