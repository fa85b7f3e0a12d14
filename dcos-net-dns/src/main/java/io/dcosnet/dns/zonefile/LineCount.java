// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Counts the lines that were read. It is a buffered stream since the library would put a buffer of
 * its own before any other and read ahead. <b>Confined to</b> one thread.
 */
final class LineCount extends BufferedInputStream {

  private int ended;
  private boolean inLine;

  LineCount(InputStream in) {
    super(in);
  }

  @Override
  public synchronized int read() throws IOException {
    int octet = super.read();
    if (octet == '\n') {
      ended++;
    }
    inLine = octet >= 0 && octet != '\n';
    return octet;
  }

  @Override
  public synchronized int read(byte[] octets, int offset, int length) throws IOException {
    int count = super.read(octets, offset, length);
    for (int i = offset; i < offset + count; i++) {
      ended += octets[i] == '\n' ? 1 : 0;
      inLine = octets[i] != '\n';
    }
    return count;
  }

  /** The line that was read last, counted from 1. */
  synchronized int line() {
    return Math.max(1, inLine ? ended + 1 : ended);
  }
}
