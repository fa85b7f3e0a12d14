// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import org.xbill.DNS.Type;

/**
 * Numbers of the record types that this program makes or treats in a special way; any other number
 * is a type too (RFC 3597).
 */
public final class RecordType {

  public static final int A = 1;
  public static final int NS = 2;
  public static final int CNAME = 5;
  public static final int SOA = 6;
  public static final int PTR = 12;
  public static final int MX = 15;
  public static final int TXT = 16;
  public static final int AAAA = 28;
  public static final int SRV = 33;
  public static final int DNAME = 39;
  public static final int OPT = 41;
  public static final int DS = 43;
  public static final int RRSIG = 46;
  public static final int NSEC = 47;
  public static final int SVCB = 64;
  public static final int HTTPS = 65;

  /** Types from here to {@link #ANY} ask for something else than records of that type. */
  public static final int FIRST_META = 128;

  public static final int TSIG = 250;
  public static final int IXFR = 251;
  public static final int AXFR = 252;
  public static final int MAILB = 253;
  public static final int MAILA = 254;
  public static final int ANY = 255;

  private RecordType() {}

  /** The mnemonic, or {@code TYPE65280} for a type without one. */
  public static String name(int type) {
    return Type.string(type);
  }

  /** True for types that ask for something, or travel with a message, and are never in a zone. */
  public static boolean isMeta(int type) {
    return type == OPT || (type >= FIRST_META && type <= ANY);
  }
}
