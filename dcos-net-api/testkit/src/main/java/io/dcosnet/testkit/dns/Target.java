// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import java.time.Duration;

/**
 * The server under test.
 *
 * @param timeout how long one answer may take; over UDP a query is sent three times
 * @param idle how long a connection that asks nothing may stay; zero skips the case, which would
 *     wait that long
 */
record Target(HostPort address, ZoneUnderTest zone, Duration timeout, Duration idle) {

  Target {
    requireNonNull(address, "address");
    requireNonNull(zone, "zone");
  }

  int timeoutMillis() {
    return Math.toIntExact(timeout.toMillis());
  }
}
