// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

/** Why a response is an error, for a person (RFC 8914). */
public final class ExtendedError {

  /** No such option in the response. */
  public static final int NONE = -1;

  /** None of the other codes; a text says what. */
  public static final int OTHER = 0;

  /** The answer is older than its TTL, since nobody gives a newer one. */
  public static final int STALE_ANSWER = 3;

  /** The answer is a failure that is remembered for a short while. */
  public static final int CACHED_ERROR = 13;

  /** The server is not ready to serve the zone. */
  public static final int NOT_READY = 14;

  /** The operator of this server does not want the name to be found. */
  public static final int BLOCKED = 15;

  /** The client may not ask this. */
  public static final int PROHIBITED = 18;

  /** As {@link #STALE_ANSWER} for a name that did not exist. */
  public static final int STALE_NXDOMAIN = 19;

  /** The server has no authority for the name and does not recurse. */
  public static final int NOT_AUTHORITATIVE = 20;

  /** The operation or type is not supported. */
  public static final int NOT_SUPPORTED = 21;

  /** None of the servers that were asked gave a usable answer, or there is none to ask. */
  public static final int NO_REACHABLE_AUTHORITY = 22;

  /** The servers could not be reached. */
  public static final int NETWORK_ERROR = 23;

  /** What the servers said makes no sense. */
  public static final int INVALID_DATA = 24;

  private ExtendedError() {}
}
