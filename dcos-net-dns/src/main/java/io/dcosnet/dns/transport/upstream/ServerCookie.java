// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.dns.wire.ResponseReader;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * The cookies between us and one server (RFC 7873 §5): ours, by which we know that an answer is
 * from who has seen the query, and the server's, by which it knows that we are who we say.
 *
 * <p><b>Thread-safe.</b>
 */
final class ServerCookie {

  private static final int OURS = 8;
  private static final int BADCOOKIE = 23;

  /** After as many answers without a cookie the server is taken to have none any more. */
  private static final int MAX_MISSING = 3;

  private final byte[] ours = new byte[OURS];

  /** Ours, with the server's behind it once we have it. */
  private volatile byte[] toSend;

  /** Answers in a row without a cookie from a server that gave one before. */
  private final AtomicInteger missing = new AtomicInteger();

  ServerCookie(RandomGenerator random) {
    random.nextBytes(ours);
    toSend = ours;
  }

  byte[] toSend() {
    return toSend;
  }

  /** False when the answer is not from who saw the query, and is to be dropped. */
  boolean accept(ResponseReader response) {
    byte[] cookie = response.cookie();
    if (cookie != null) {
      if (!Arrays.equals(cookie, 0, OURS, ours, 0, OURS)) {
        return false;
      }
      missing.set(0);
      if (!Arrays.equals(cookie, toSend)) {
        toSend = cookie;
      }
      return true;
    }
    boolean expected = toSend != ours;
    if (expected && missing.incrementAndGet() >= MAX_MISSING) {
      toSend = ours;
      missing.set(0);
      return true;
    }
    return !expected;
  }

  /** The server knows our name but not its own cookie any more. */
  static boolean isRefused(ResponseReader response) {
    return response.rcode() == BADCOOKIE;
  }
}
