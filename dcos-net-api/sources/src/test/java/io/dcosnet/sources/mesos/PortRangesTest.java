// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortRangesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[31000-31001, 31005-31005] | 31000-31001 31005-31005 | ",
        "[31005-31005,31000-31001]  | 31005-31005 31000-31001 | ",
        "[]                         | ``                      | ",
        "``                         | ``                      | ",
        "` [ 1-2 ] `                | 1-2                     | ",
        "[0-65535]                  | 0-65535                 | ",
        "[0080-0081]                | 80-81                   | ",
        "[1-2,1-2]                  | 1-2 1-2                 | ",
        "[1-2,,3-4]                 | 1-2 3-4                 | PORTS_BAD_FORMAT",
        "1-2                        | ``                      | PORTS_BAD_FORMAT",
        "[1-2                       | ``                      | PORTS_BAD_FORMAT",
        "[1 - 2]                    | ``                      | PORTS_BAD_FORMAT",
        "[1-2-3]                    | ``                      | PORTS_BAD_FORMAT",
        "[-]                        | ``                      | PORTS_BAD_FORMAT",
        "[99999999999-99999999999]  | ``                      | PORTS_BAD_FORMAT",
        "[-1-5]                     | ``                      | PORT_OUT_OF_RANGE",
        "[1-65536]                  | ``                      | PORT_OUT_OF_RANGE",
        "[5-4]                      | ``                      | PORT_OUT_OF_RANGE"
      })
  void readsRangesInTheirOrder(String text, String ranges, String code) {
    Rejections rejections = new Rejections(10);

    String read =
        PortRanges.parse(text, rejections).stream()
            .map(range -> range.first() + "-" + range.last())
            .collect(Collectors.joining(" "));

    assertThat(read).isEqualTo(ranges);
    assertThat(String.join(",", rejections.counts().keySet())).isEqualTo(code == null ? "" : code);
  }
}
