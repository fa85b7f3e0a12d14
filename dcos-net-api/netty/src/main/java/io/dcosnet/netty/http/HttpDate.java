// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.spi.TimeSource;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The text of the {@code Date} header, made once per second. <b>Thread-safe.</b> */
final class HttpDate {

  // The JDK's own RFC 1123 form writes days below ten with one digit, which HTTP does not know.
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private record Stamp(long second, String text) {}

  private final TimeSource time;
  private volatile Stamp last = new Stamp(Long.MIN_VALUE, "");

  HttpDate(TimeSource time) {
    this.time = time;
  }

  String now() {
    long second = Math.floorDiv(time.wallMillis(), 1000L);
    Stamp stamp = last;
    if (stamp.second != second) {
      stamp = new Stamp(second, FORM.format(Instant.ofEpochSecond(second)));
      last = stamp;
    }
    return stamp.text;
  }
}
