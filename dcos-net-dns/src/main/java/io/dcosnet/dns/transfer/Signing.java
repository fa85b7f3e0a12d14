// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;

/**
 * Signs the messages that answer one request, each over the signature before it (RFC 8945 §5.3.1);
 * does nothing when the request was not signed. <b>Confined to</b> one thread.
 */
final class Signing {

  private static final int ADDITIONAL_COUNT = 10;

  /** Owner, fixed parts and the algorithm's name, whatever they are. */
  private static final int MAX_RECORD_OCTETS = 255 + 10 + 32 + 16 + 64 + 6;

  private final @Nullable TSIG signer;
  private @Nullable TSIGRecord before;
  private boolean first = true;

  private Signing(@Nullable TSIG signer, @Nullable TSIGRecord request) {
    this.signer = signer;
    this.before = request;
  }

  static Signing none() {
    return new Signing(null, null);
  }

  /** Signs answers to a request that carried this valid signature. */
  static Signing answering(TSIG signer, TSIGRecord request) {
    return new Signing(signer, request);
  }

  /** Octets that {@link #sign} may add. */
  int octets() {
    return signer == null ? 0 : MAX_RECORD_OCTETS;
  }

  /**
   * Adds the signature to a complete message without additional records.
   *
   * @return the length with the signature
   */
  int sign(byte[] message, int length) {
    if (signer == null) {
      return length;
    }
    byte[] rendered = Arrays.copyOf(message, length);
    int id = (message[0] & 0xff) << 8 | (message[1] & 0xff);
    TSIGRecord next = signer.generate(new Message(id), rendered, Rcode.NOERROR, before, first);
    byte[] record = next.toWire(Section.ADDITIONAL);
    System.arraycopy(record, 0, message, length, record.length);
    message[ADDITIONAL_COUNT + 1] = 1;
    before = next;
    first = false;
    return length + record.length;
  }
}
