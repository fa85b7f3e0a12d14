// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class Utf8ReaderProperties {

  @Property
  void decodesWhatTheJdkEncodes(@ForAll String text, @ForAll @IntRange(min = 1, max = 7) int step)
      throws IOException {
    String wellFormed =
        new String(text.getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_16)
            .replaceFirst("^\uFEFF+", "");
    byte[] bytes = wellFormed.getBytes(StandardCharsets.UTF_8);

    assertThat(decode(bytes, step, step)).isEqualTo(wellFormed);
  }

  @Property(tries = 2000)
  void replacesInvalidBytesOneByOne(
      @ForAll @Size(max = 40) byte[] bytes, @ForAll @IntRange(min = 1, max = 7) int step)
      throws IOException {
    assertThat(decode(bytes, step, step)).isEqualTo(reference(bytes));
  }

  /** Tries the JDK's strict decoder on 4, 3, 2, 1 bytes; where all fail, one byte is faulty. */
  private static String reference(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < bytes.length) {
      String found = null;
      for (int length = Math.min(4, bytes.length - at); length > 0 && found == null; length--) {
        String decoded = new String(bytes, at, length, StandardCharsets.UTF_8);
        boolean one = decoded.codePointCount(0, decoded.length()) == 1;
        boolean exact = decoded.getBytes(StandardCharsets.UTF_8).length == length;
        boolean same =
            java.util.Arrays.equals(
                decoded.getBytes(StandardCharsets.UTF_8),
                java.util.Arrays.copyOfRange(bytes, at, at + length));
        if (one && exact && same) {
          found = decoded;
          at += length;
        }
      }
      if (found == null) {
        found = "\uFFFD";
        at++;
      }
      text.append(found);
    }
    boolean marked = text.length() > 0 && text.charAt(0) == '\uFEFF';
    return marked ? text.substring(1) : text.toString();
  }

  private static String decode(byte[] bytes, int inStep, int outStep) throws IOException {
    InputStream slow =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] target, int from, int length) {
            return super.read(target, from, Math.min(length, inStep));
          }
        };
    StringBuilder text = new StringBuilder();
    try (Utf8Reader reader = new Utf8Reader(slow, Long.MAX_VALUE)) {
      char[] buffer = new char[outStep];
      for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
        text.append(buffer, 0, count);
      }
    }
    return text.toString();
  }
}
