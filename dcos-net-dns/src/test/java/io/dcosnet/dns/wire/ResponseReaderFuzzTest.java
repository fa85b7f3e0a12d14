// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.List;

/** Whatever a server sends: records within the bounds, or a reason why there are none. */
class ResponseReaderFuzzTest {

  private static final DomainName NAME = DomainName.parse("www.example.org.");
  private static final byte[] ASKED = QueryWriter.question(NAME, RecordType.A);

  @FuzzTest(maxDuration = "60s")
  void everyMessageIsReadOrRefused(byte[] octets) {
    ResponseReader reader = new ResponseReader();

    ResponseReader.Verdict verdict = reader.read(octets, octets.length, ASKED, false, NAME);

    if (verdict == ResponseReader.Verdict.OK) {
      for (List<ZoneRecord> section :
          List.of(reader.answer(), reader.authority(), reader.additional())) {
        assertThat(section).hasSizeLessThanOrEqualTo(ResponseReader.MAX_RECORDS);
        assertThat(section).allSatisfy(one -> assertThat(one.ttlSeconds()).isNotNegative());
      }
    } else if (verdict == ResponseReader.Verdict.MALFORMED) {
      assertThat(reader.fault()).isNotEmpty();
    }
  }
}
