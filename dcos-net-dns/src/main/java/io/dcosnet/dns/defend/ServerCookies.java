// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import io.dcosnet.dns.wire.QueryOptions;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Sender;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Checks and makes the cookies of a server as all servers do (RFC 9018): version 1, the time, and a
 * hash over both, the client's part and its address. Nothing is kept of clients.
 *
 * <p><b>Confined to</b> one thread; allocates nothing.
 */
final class ServerCookies {

  /** What the cookie of a query says about its client. */
  enum Result {
    /** There is none. */
    NONE,
    /** The client wants to learn one. */
    CLIENT_ONLY,
    /** Ours: the client is where it says it is. */
    VALID,
    /** Not ours, or too old; the client will learn a new one. */
    INVALID
  }

  /** Octets of the client's part and ours. */
  static final int OCTETS = 24;

  private static final int SERVER_OCTETS = 16;
  private static final int VERSION = 1;
  private static final int SECONDS_AHEAD = 300;
  private static final int SECONDS_BACK = 3600;
  private static final int SECONDS_FRESH = 1800;

  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle BIG_ENDIAN_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final SipHash hash = new SipHash();
  private final byte[] reply = new byte[OCTETS];

  /**
   * Checks the cookie of a query; {@link #reply} then has the one to answer with, unless there was
   * none.
   *
   * @param seconds present time since the Unix epoch
   */
  Result check(Cookies cookies, QueryReader query, Sender sender, long seconds) {
    QueryOptions options = query.options();
    List<CookieSecret> secrets = cookies.secrets();
    if (!options.hasCookie() || secrets.isEmpty()) {
      return Result.NONE;
    }
    byte[] octets = query.octets();
    int at = options.cookieOffset();
    long client = (long) LITTLE_ENDIAN.get(octets, at);
    int length = options.cookieLength() - QueryOptions.CLIENT_COOKIE_OCTETS;
    if (length == 0) {
      make(secrets.get(0), client, sender, (int) seconds);
      return Result.CLIENT_ONLY;
    }
    int server = at + QueryOptions.CLIENT_COOKIE_OCTETS;
    int age = (int) seconds - (int) BIG_ENDIAN_INT.get(octets, server + 4); // RFC 1982 arithmetic
    boolean inTime = age <= SECONDS_BACK && age >= -SECONDS_AHEAD;
    int maker =
        length == SERVER_OCTETS && octets[server] == VERSION && inTime
            ? maker(secrets, client, octets, server, sender)
            : -1;
    boolean plain = (int) BIG_ENDIAN_INT.get(octets, server) == VERSION << 24;
    if (maker == 0 && age <= SECONDS_FRESH && plain) {
      System.arraycopy(octets, at, reply, 0, OCTETS);
    } else {
      make(secrets.get(0), client, sender, (int) seconds);
    }
    return maker >= 0 ? Result.VALID : Result.INVALID;
  }

  /** Which secret it was made with, -1 for none of ours. */
  private int maker(
      List<CookieSecret> secrets, long client, byte[] octets, int server, Sender sender) {
    long middle = (long) LITTLE_ENDIAN.get(octets, server);
    long told = (long) LITTLE_ENDIAN.get(octets, server + 8);
    for (int i = 0; i < secrets.size(); i++) {
      if (hash(secrets.get(i), client, middle, sender) == told) {
        return i;
      }
    }
    return -1;
  }

  private void make(CookieSecret secret, long client, Sender sender, int seconds) {
    LITTLE_ENDIAN.set(reply, 0, client);
    BIG_ENDIAN_INT.set(reply, 8, VERSION << 24);
    BIG_ENDIAN_INT.set(reply, 12, seconds);
    long middle = (long) LITTLE_ENDIAN.get(reply, 8);
    LITTLE_ENDIAN.set(reply, 16, hash(secret, client, middle, sender));
  }

  /**
   * The hash that ends a cookie.
   *
   * @param middle its version, reserved octets and time, as they stand there
   */
  private long hash(CookieSecret secret, long client, long middle, Sender sender) {
    hash.begin(secret.key0(), secret.key1());
    hash.word(client);
    hash.word(middle);
    if (sender.isIpv4()) {
      return hash.end(Integer.reverseBytes((int) sender.low()) & 0xffff_ffffL, 20);
    }
    hash.word(Long.reverseBytes(sender.high()));
    hash.word(Long.reverseBytes(sender.low()));
    return hash.end(0, 32);
  }

  /** The client's part and ours, for the response to the query that was checked last. */
  byte[] reply() {
    return reply;
  }
}
