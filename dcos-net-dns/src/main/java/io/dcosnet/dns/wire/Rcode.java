// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

/** Response codes that this server gives (RFC 6895 §2.3). */
public final class Rcode {

  public static final int NOERROR = 0;
  public static final int FORMERR = 1;
  public static final int SERVFAIL = 2;
  public static final int NXDOMAIN = 3;
  public static final int NOTIMP = 4;
  public static final int REFUSED = 5;

  /** The name that a DNAME record leads to is too long (RFC 6672 §2.2). */
  public static final int YXDOMAIN = 6;

  /** Needs an OPT record: its upper bits stand there. */
  public static final int BADVERS = 16;

  /** The cookie is missing or wrong (RFC 7873 §8); needs an OPT record too. */
  public static final int BADCOOKIE = 23;

  private Rcode() {}

  /** The mnemonic, as tools print it. */
  public static String name(int rcode) {
    return switch (rcode) {
      case NOERROR -> "NOERROR";
      case FORMERR -> "FORMERR";
      case SERVFAIL -> "SERVFAIL";
      case NXDOMAIN -> "NXDOMAIN";
      case NOTIMP -> "NOTIMP";
      case REFUSED -> "REFUSED";
      case YXDOMAIN -> "YXDOMAIN";
      case BADVERS -> "BADVERS";
      case BADCOOKIE -> "BADCOOKIE";
      default -> "RCODE" + rcode;
    };
  }
}
