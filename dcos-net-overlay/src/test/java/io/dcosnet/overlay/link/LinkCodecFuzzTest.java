// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import java.util.Optional;
import java.util.function.Supplier;

/** Whatever arrives ends in a value or in a fault of the document, and values can be written. */
class LinkCodecFuzzTest {

  private static final NodeId AGENT = NodeId.parse("00000000-0000-4000-8000-000000000001");

  @FuzzTest
  void everyDocumentEndsInAFaultOrAValue(byte[] document) {
    Bytes bytes = Bytes.copyOf(document);

    read(() -> LinkCodec.decodeRequest(bytes))
        .ifPresent(
            request ->
                assertThat(LinkCodec.decodeRequest(LinkCodec.encode(request))).isEqualTo(request));
    read(() -> LinkCodec.decodeAnswer(AGENT, bytes))
        .ifPresent(
            answer ->
                assertThat(LinkCodec.decodeAnswer(AGENT, LinkCodec.encode(answer)))
                    .isEqualTo(answer));
    read(() -> LinkCodec.decodeReport(bytes))
        .ifPresent(
            report ->
                assertThat(LinkCodec.decodeReport(LinkCodec.encode(report))).isEqualTo(report));
  }

  private static <T> Optional<T> read(Supplier<T> decoding) {
    try {
      return Optional.of(decoding.get());
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }
}
