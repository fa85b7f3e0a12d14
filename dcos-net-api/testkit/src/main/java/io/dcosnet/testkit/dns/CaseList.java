// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import io.dcosnet.testkit.dns.ConformanceCase.Level;
import io.dcosnet.testkit.dns.ConformanceCase.Script;
import io.dcosnet.testkit.dns.ConformanceCase.Transport;
import java.util.ArrayList;
import java.util.List;

/** Collects the cases of one theme. <b>Confined to</b> one thread. */
final class CaseList {

  private final String theme;
  private final List<ConformanceCase> cases = new ArrayList<>();

  CaseList(String theme) {
    this.theme = theme;
  }

  /** A case for UDP and another one for TCP. */
  CaseList both(String name, String reference, Level level, String expected, Script script) {
    return udp(name, reference, level, expected, script)
        .tcp(name, reference, level, expected, script);
  }

  CaseList udp(String name, String reference, Level level, String expected, Script script) {
    return add(Transport.UDP, name, reference, level, expected, script);
  }

  CaseList tcp(String name, String reference, Level level, String expected, Script script) {
    return add(Transport.TCP, name, reference, level, expected, script);
  }

  private CaseList add(
      Transport transport,
      String name,
      String reference,
      Level level,
      String expected,
      Script script) {
    cases.add(
        new ConformanceCase(theme + "/" + name, reference, level, transport, expected, script));
    return this;
  }

  List<ConformanceCase> all() {
    return List.copyOf(cases);
  }
}
