// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whether a server gives cookies (RFC 7873), and the secrets they are made with. Cookies are made
 * with the first secret and accepted with each.
 *
 * <p>To change the secret of several servers at one address without a gap, give the new one as the
 * second to all of them, then as the first with the old one second, and after an hour alone (RFC
 * 9018 §5).
 *
 * <p><b>Immutable.</b>
 *
 * @param secrets none: no cookies; at most {@value #MAX_SECRETS}
 */
public record Cookies(List<CookieSecret> secrets) {

  /** Each further one costs a hash for each wrong cookie. */
  public static final int MAX_SECRETS = 3;

  /** Gives none and believes none. */
  public static final Cookies OFF = new Cookies(List.of());

  public Cookies {
    secrets = List.copyOf(secrets);
    if (secrets.size() > MAX_SECRETS) {
      throw new IllegalArgumentException(
          "cookie secrets: " + secrets.size() + " (expected: " + MAX_SECRETS + " at most)");
    }
  }

  /** Cookies made with the first of these secrets, accepted with each. */
  public static Cookies of(CookieSecret... secrets) {
    return new Cookies(List.of(secrets));
  }

  /** Cookies of a single server, which clients have to learn anew when it starts again. */
  public static Cookies random(RandomGenerator random) {
    return of(CookieSecret.random(random));
  }

  /** Cookies made with a new secret from now on; those made with the one before still hold. */
  public Cookies rolledTo(CookieSecret next) {
    requireNonNull(next, "next");
    return secrets.isEmpty() ? of(next) : of(next, secrets.get(0));
  }

  public boolean isOn() {
    return !secrets.isEmpty();
  }
}
