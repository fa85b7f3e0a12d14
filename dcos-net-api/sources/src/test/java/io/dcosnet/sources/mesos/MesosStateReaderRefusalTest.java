// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static io.dcosnet.sources.mesos.States.json;
import static io.dcosnet.sources.mesos.States.task;
import static io.dcosnet.sources.mesos.States.withTasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MesosStateReaderRefusalTest {

  private static final InputStream ENDLESS =
      new InputStream() {
        @Override
        public int read() {
          return 'x';
        }

        @Override
        public int read(byte[] target, int from, int length) {
          Arrays.fill(target, from, from + length, (byte) 'x');
          return length;
        }
      };

  private static final InputStream BREAKING =
      new InputStream() {
        @Override
        public int read() throws IOException {
          throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
          return read();
        }
      };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                     | NOT_A_STATE",
        "`   `                                  | NOT_A_STATE",
        "[]                                     | NOT_A_STATE",
        "null                                   | NOT_A_STATE",
        "'state'                                | NOT_A_STATE",
        "42                                     | NOT_A_STATE",
        "{'leader':'m@192.0.2.1:1','slaves':{}} | NOT_A_STATE",
        "{'leader':'m@192.0.2.1:1','frameworks':7} | NOT_A_STATE",
        "<html>login</html>                     | NOT_JSON",
        "{'leader':'m@192.0.2.1:1'}x            | NOT_JSON",
        "{'leader':'m@192.0.2.1:1'}{}           | NOT_JSON",
        "{leader:1}                             | NOT_JSON",
        "{'leader':'m@192.0.2.1:1',}            | NOT_JSON",
        "{'leader':nul}                         | NOT_JSON",
        "{                                      | TRUNCATED",
        "{'leader'                              | TRUNCATED",
        "{'leader':'m@192.0.2.1:1'              | TRUNCATED",
        "{'leader':'m@192.0.2.1:1','slaves':[{'id':'S | TRUNCATED",
        "{}                                     | NO_LEADER",
        "{'leader':''}                          | NO_LEADER",
        "{'leader':null}                        | NO_LEADER",
        "{'leader':7}                           | NO_LEADER",
        "{'pid':'slave(1)@192.0.2.1:5051','frameworks':[]} | NO_LEADER"
      })
  void refusesTheDocumentWithOneReason(String text, Reason reason) {
    StateRefusedException refused =
        catchThrowableOfType(StateRefusedException.class, () -> States.read(text));

    assertThat(refused).isNotNull();
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.getMessage()).startsWith("state: ").hasSizeLessThan(600);
  }

  @Test
  void refusesEveryBeginningOfADocument() {
    byte[] whole = json(withTasks(task("t", ",'labels':[{'key':'a','value':'\u00fc'}]")));

    for (int length = 1; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> MesosStateReader.create().read(part))
          .isInstanceOfSatisfying(
              StateRefusedException.class,
              refused -> assertThat(refused.reason()).isIn(Reason.TRUNCATED, Reason.NOT_JSON));
    }
  }

  @Test
  void saysWhereTheFaultIs() {
    assertThatThrownBy(() -> States.read("{'leader':'m@192.0.2.1:1',\n 'slaves':[}"))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("line 2 column 12");
  }

  @Test
  void refusesADocumentOverTheBound() {
    byte[] document = json(withTasks(task("t", "")));
    MesosStateReader reader = MesosStateReader.create();

    assertThat(reader.withMaxBytes(document.length).read(document).cluster().tasks()).hasSize(1);
    assertThatThrownBy(() -> reader.withMaxBytes(document.length - 1).read(document))
        .isInstanceOfSatisfying(
            StateRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Test
  void stopsReadingAtTheBound() {
    InputStream endless =
        new SequenceInputStream(new ByteArrayInputStream(json("{'a':'")), ENDLESS);

    assertThatThrownBy(() -> MesosStateReader.create().withMaxBytes(100_000).read(endless))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("100000");
  }

  @Test
  void refusesDeepNestingInsteadOfOverflowing() {
    String text = "{'x':" + "[".repeat(5_000_000) + "]".repeat(5_000_000) + "}";

    assertThatThrownBy(() -> States.read(text))
        .isInstanceOfSatisfying(
            StateRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_DEEP));
  }

  @Test
  void refusesAStreamThatBreaks() {
    InputStream broken =
        new SequenceInputStream(new ByteArrayInputStream(new byte[] {' '}), BREAKING);

    assertThatThrownBy(() -> MesosStateReader.create().read(broken))
        .isInstanceOfSatisfying(
            StateRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNREADABLE))
        .hasMessageContaining("connection reset");
  }

  @Test
  void refusesRawControlCharactersInStrings() {
    assertThatThrownBy(() -> States.read("{'leader':'m@192.0.2.1:1','a':'\u0000'}"))
        .isInstanceOf(StateRefusedException.class);
    assertThatThrownBy(() -> States.read("\u0000\u0000")).isInstanceOf(StateRefusedException.class);
  }
}
