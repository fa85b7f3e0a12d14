// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.transfer.SecondaryZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zonefile.FileZone;
import io.dcosnet.netty.NetRuntime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A zone and how long ago it changed. <b>Thread-safe.</b> */
final class ZoneAge {

  private final Zone source;
  private final Zone zone;
  private final TimeSource time;
  private volatile long changedNanos;

  /**
   * Watches the zone for as long as that lives.
   *
   * @param source the zone as it was made
   * @param zone the zone as it is served
   */
  ZoneAge(Zone source, Zone zone, NetRuntime net) {
    this.source = source;
    this.zone = zone;
    time = net.time();
    changedNanos = time.nanos();
    var unused = zone.watch(net.executor(), (before, after) -> changedNanos = time.nanos());
  }

  String origin() {
    return zone.origin().toString();
  }

  /** Without a snapshot every query gets SERVFAIL. */
  Optional<String> whyNotReady() {
    return zone.snapshot() == null
        ? Optional.of(lastFailure().orElse("its source has not told anything yet"))
        : Optional.empty();
  }

  private Optional<String> lastFailure() {
    if (source instanceof FileZone file) {
      return file.lastFailure();
    }
    return source instanceof SecondaryZone copy ? copy.lastFailure() : Optional.empty();
  }

  /** What {@code /v1/status} says of it. */
  ObjectNode document() {
    ZoneSnapshot snapshot = zone.snapshot();
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("origin", origin());
    document.put("state", stateOf(snapshot));
    if (snapshot != null) {
      document.put("serial", snapshot.serial());
      document.put("names", snapshot.nameCount());
      document.put("records", snapshot.recordCount());
      document.put("ageSeconds", (time.nanos() - changedNanos) / 1_000_000_000);
    }
    lastFailure().ifPresent(reason -> document.put("failure", reason));
    return document;
  }

  private static String stateOf(@Nullable ZoneSnapshot snapshot) {
    if (snapshot == null) {
      return "waiting";
    }
    return snapshot.isPartial() ? "partial" : "complete";
  }
}
