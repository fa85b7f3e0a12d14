// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.net.HostPort;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterNodeTest {

  /** id "m", ip 127.0.0.1, port 5050, pid, hostname m1, version 0.22. */
  static final String PROTOBUF =
      "0a016d" // id
          + "10ff808008" // ip 16777343
          + "18ba27" // port 5050
          + "2215"
          + HexFormat.of().formatHex("master@127.0.0.1:5050".getBytes(UTF_8))
          + "2a026d31" // hostname
          + "3204302e3232"; // version

  private static Master read(String node, String data) {
    return node(node).master(data.replace('\'', '"').getBytes(UTF_8));
  }

  private static MasterNode node(String name) {
    return Objects.requireNonNull(MasterNode.parse(name));
  }

  private static Master master(String endpoint, String hostname) {
    return new Master(HostPort.parse(endpoint), hostname);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "log_replicas",
        "json.info",
        "json.info_",
        "json.info_1a",
        "info_-1",
        "foo_0000000001",
        "",
        "lock_1"
      })
  void leavesOutWhatBelongsToOthers(String name) {
    assertThat(MasterNode.parse(name)).isNull();
  }

  @Test
  void sortsBySequenceWhateverTheForm() {
    assertThat(node("info_0000000009")).isLessThan(node("json.info_0000000010"));
    assertThat(node("0000000011")).isGreaterThan(node("json.info_0000000010"));
  }

  @Test
  void readsTheAddressOfTheNewForm() {
    String info =
        "{'id':'x','ip':16777343,'port':1,'pid':'master@127.0.0.1:1','hostname':'old',"
            + "'version':'1.11.0','address':{'hostname':'m1','ip':'2001:db8::1','port':5050},"
            + "'capabilities':[{'type':'AGENT_UPDATE'}]}";

    assertThat(read("json.info_0000000001", info)).isEqualTo(master("[2001:db8::1]:5050", "m1"));
  }

  @Test
  void readsTheNumberWhereThereIsNoAddress() {
    assertThat(read("json.info_1", "{'ip':16777343,'port':5051.0,'hostname':'m1','address':null}"))
        .isEqualTo(master("127.0.0.1:5051", "m1"));
    assertThat(read("json.info_1", "{'ip':4244766912}")).isEqualTo(master("192.0.2.253:5050", ""));
  }

  @Test
  void readsProtocolBuffers() {
    byte[] data = HexFormat.of().parseHex(PROTOBUF);

    assertThat(node("info_0000000001").master(data)).isEqualTo(master("127.0.0.1:5050", "m1"));
  }

  @Test
  void readsTheAddressInsideProtocolBuffersAndStepsOverOtherFields() {
    String address =
        "0a026d39" + "1209" + HexFormat.of().formatHex("192.0.2.9".getBytes(UTF_8)) + "18bb27";
    String data = PROTOBUF + "3a12" + address + "f10100000000000000007d00000000";

    assertThat(node("info_1").master(HexFormat.of().parseHex(data)))
        .isEqualTo(master("192.0.2.9:5051", "m9"));
  }

  @Test
  void readsBarePids() {
    assertThat(read("0000000001", "master@192.0.2.1:5050\n"))
        .isEqualTo(master("192.0.2.1:5050", ""));
    assertThat(read("1", "master@[2001:db8::1]:5050")).isEqualTo(master("[2001:db8::1]:5050", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{'ip':'192.0.2.1'}",
        "{'ip':-1}",
        "{'ip':4294967296}",
        "{'ip':1,'port':0}",
        "{'ip':1,'port':65536}",
        "{'address':{'ip':'m1.example.org','port':5050}}",
        "{'address':{'ip':'192.0.2.1','port':'5050'}}"
      })
  void refusesJsonThatNamesNoAddress(String data) {
    assertThatExceptionOfType(DcosNetException.class).isThrownBy(() -> read("json.info_1", data));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "192.0.2.1:5050", "master@", "master@m1:5050", "{}"})
  void refusesPidsWithoutAddress(String data) {
    assertThatExceptionOfType(DcosNetException.class).isThrownBy(() -> read("1", data));
  }

  @Test
  void refusesProtocolBuffersThatEndTooSoon() {
    byte[] whole = HexFormat.of().parseHex(PROTOBUF + "3a02" + "1805");
    for (int length : new int[] {1, 4, whole.length - 1}) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(DcosNetException.class)
          .as("first %d octets", length)
          .isThrownBy(() -> node("info_1").master(cut));
    }
  }

  @Property
  void failsInNoOtherWayWhateverTheData(@ForAll byte[] data) {
    for (String name : new String[] {"json.info_1", "info_1", "1"}) {
      try {
        assertThat(node(name).master(data)).isNotNull();
      } catch (DcosNetException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
