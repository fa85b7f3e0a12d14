// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

/** Numbers of the DNS parameters that tests need. */
public final class Codes {

  public static final int TYPE_A = 1;
  public static final int TYPE_NS = 2;
  public static final int TYPE_CNAME = 5;
  public static final int TYPE_SOA = 6;
  public static final int TYPE_PTR = 12;
  public static final int TYPE_MX = 15;
  public static final int TYPE_TXT = 16;
  public static final int TYPE_AAAA = 28;
  public static final int TYPE_SRV = 33;
  public static final int TYPE_DNAME = 39;
  public static final int TYPE_OPT = 41;
  public static final int TYPE_HTTPS = 65;
  public static final int TYPE_TSIG = 250;
  public static final int TYPE_IXFR = 251;
  public static final int TYPE_AXFR = 252;
  public static final int TYPE_MAILB = 253;
  public static final int TYPE_MAILA = 254;
  public static final int TYPE_ANY = 255;

  /** A type for private use, which no server knows (RFC 6895 §3.1). */
  public static final int TYPE_PRIVATE = 65280;

  public static final int CLASS_IN = 1;
  public static final int CLASS_CH = 3;
  public static final int CLASS_HS = 4;
  public static final int CLASS_NONE = 254;
  public static final int CLASS_ANY = 255;

  public static final int NOERROR = 0;
  public static final int FORMERR = 1;
  public static final int SERVFAIL = 2;
  public static final int NXDOMAIN = 3;
  public static final int NOTIMP = 4;
  public static final int REFUSED = 5;
  public static final int YXDOMAIN = 6;
  public static final int NOTAUTH = 9;
  public static final int BADVERS = 16;
  public static final int BADCOOKIE = 23;

  /** Bits of the second 16-bit word of a header. */
  public static final int QR = 0x8000;

  public static final int AA = 0x0400;
  public static final int TC = 0x0200;
  public static final int RD = 0x0100;
  public static final int RA = 0x0080;
  public static final int Z = 0x0040;
  public static final int AD = 0x0020;
  public static final int CD = 0x0010;

  public static final int OPTION_NSID = 3;
  public static final int OPTION_COOKIE = 10;
  public static final int OPTION_KEEPALIVE = 11;
  public static final int OPTION_PADDING = 12;
  public static final int OPTION_EXTENDED_ERROR = 15;

  private Codes() {}

  /** Name of a response code, such as {@code NXDOMAIN}. */
  public static String rcode(int code) {
    return switch (code) {
      case NOERROR -> "NOERROR";
      case FORMERR -> "FORMERR";
      case SERVFAIL -> "SERVFAIL";
      case NXDOMAIN -> "NXDOMAIN";
      case NOTIMP -> "NOTIMP";
      case REFUSED -> "REFUSED";
      case YXDOMAIN -> "YXDOMAIN";
      case NOTAUTH -> "NOTAUTH";
      case BADVERS -> "BADVERS";
      case BADCOOKIE -> "BADCOOKIE";
      default -> "RCODE" + code;
    };
  }
}
