// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import io.dcosnet.api.spi.TimeSource;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Our wall clock as the JDK knows clocks. <b>Thread-safe.</b> */
final class WallClock extends Clock {

  private final TimeSource time;

  WallClock(TimeSource time) {
    this.time = time;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(time.wallMillis());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this; // instants have none
  }
}
