// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zonefile.MasterFile;
import io.dcosnet.testkit.dns.DnsConformance;
import io.dcosnet.testkit.dns.ZoneUnderTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The zone of the conformance suite, and the same one as ours. */
final class StandardZone {

  static final ZoneUnderTest UNDER_TEST = ZoneUnderTest.standard("conf.test.");

  private StandardZone() {}

  /** Names of the cases that begin so. */
  static Set<String> cases(String... beginnings) {
    return DnsConformance.cases().stream()
        .map(Object::toString)
        .filter(name -> Stream.of(beginnings).anyMatch(name::startsWith))
        .collect(Collectors.toUnmodifiableSet());
  }

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
