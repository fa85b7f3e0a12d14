// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zonefile.MasterFile;
import io.dcosnet.testkit.dns.ZoneUnderTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The zone of the conformance suite, and the same one as ours. */
final class StandardZone {

  static final ZoneUnderTest UNDER_TEST = ZoneUnderTest.standard("conf.test.");

  private StandardZone() {}

  static Zone zone() {
    byte[] text = UNDER_TEST.masterFile().getBytes(UTF_8);
    MasterFile format = MasterFile.of(DomainName.parse(UNDER_TEST.origin().toString()));
    try {
      return Zone.of(format.read(new ByteArrayInputStream(text)).onto(null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
