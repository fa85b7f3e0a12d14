// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

/** Options of OPT records that mean something here. */
public final class OptionCode {

  /** Which server answered (RFC 5001). */
  public static final int NSID = 3;

  /** Proof that the client is at its address (RFC 7873). */
  public static final int COOKIE = 10;

  /** How long a connection may be idle (RFC 7828). */
  public static final int TCP_KEEPALIVE = 11;

  /** Octets that mean nothing (RFC 7830). */
  public static final int PADDING = 12;

  /** Why a response is an error (RFC 8914). */
  public static final int EXTENDED_ERROR = 15;

  private OptionCode() {}
}
