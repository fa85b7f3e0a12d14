// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

/** Why a response is an error, for a person (RFC 8914). */
public final class ExtendedError {

  /** No such option in the response. */
  public static final int NONE = -1;

  /** None of the other codes; a text says what. */
  public static final int OTHER = 0;

  /** The server is not ready to serve the zone. */
  public static final int NOT_READY = 14;

  /** The server has no authority for the name and does not recurse. */
  public static final int NOT_AUTHORITATIVE = 20;

  /** The operation or type is not supported. */
  public static final int NOT_SUPPORTED = 21;

  private ExtendedError() {}
}
