// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Files are zones or refused with a reason; a zone that was read can be written and read again. */
class ZoneFilesFuzzTest {

  private static final MasterFile FORMAT =
      MasterFile.of(DomainName.parse("example.org")).withMaxRecords(1000);

  @FuzzTest
  void everyMasterFileIsAZoneOrRefused(byte[] input) throws IOException {
    ZoneSnapshot zone;
    try {
      zone = FORMAT.read(new ByteArrayInputStream(input)).onto(null);
    } catch (ZoneRefusedException e) {
      assertThat(e).hasMessageNotContaining("Exception");
      return;
    }
    String text = ZoneText.of(zone);
    ZoneSnapshot again = FORMAT.read(new ByteArrayInputStream(text.getBytes(UTF_8))).onto(null);

    assertThat(ZoneText.of(again)).isEqualTo(text);
  }

  @FuzzTest
  void everyHostsFileIsReadLineByLine(byte[] input) {
    HostsTable table = HostsTable.parse(input);

    int lines = new String(input, UTF_8).split("\n", -1).length;
    assertThat(table.refused().stream().map(refusal -> refusal.subject()).distinct().count())
        .isLessThanOrEqualTo(lines);
    assertThat(HostsTable.parse(input)).isEqualTo(table);
  }
}
