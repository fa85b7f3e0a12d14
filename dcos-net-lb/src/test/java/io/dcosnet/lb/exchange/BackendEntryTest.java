// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendEntryTest {

  private static final Backend BACKEND =
      new Backend(
          HostPort.parse("9.0.0.5:8080"), IpAddress.parse("10.0.0.5"), 7, Backend.State.DRAINING);

  @Test
  void readsWhatItWrites() {
    TreeMap<String, String> attributes = new TreeMap<>();
    BackendEntry plain = new BackendEntry(BACKEND, false, 1_800_000_000_000L, "", attributes);
    assertThat(BackendEntry.decode(plain.encode())).isEqualTo(plain);
    attributes.put("policy", "maglev");
    BackendEntry full = new BackendEntry(BACKEND, true, 5, "eu/b", attributes);
    assertThat(BackendEntry.decode(full.encode())).isEqualTo(full);
  }

  @Test
  void staysSmall() {
    BackendEntry plain = new BackendEntry(BACKEND, true, 1_800_000_000_000L, "", new TreeMap<>());
    assertThat(plain.encode().size()).isLessThan(150);
  }

  @Test
  void takesNewerVersionsAndUnknownFields() {
    String text =
        """
        {"v":9,"node":"10.0.0.5","new":{"a":[1,{"b":2}]},"ip":"9.0.0.5","port":8080,"more":[1],
         "attributes":{"policy":"p2c","nested":{"x":1}}}""";
    BackendEntry entry = BackendEntry.decode(Bytes.utf8(text));
    assertThat(entry.backend())
        .isEqualTo(
            new Backend(
                HostPort.parse("9.0.0.5:8080"), IpAddress.parse("10.0.0.5"), 1, Backend.State.UP));
    assertThat(entry.attributes()).containsOnlyKeys("policy");
  }

  @Test
  void givesNothingNewToAStateThatItDoesNotKnow() {
    String text =
        "{\"v\":2,\"node\":\"10.0.0.5\",\"ip\":\"9.0.0.5\",\"port\":1,\"state\":\"warm\"}";
    assertThat(BackendEntry.decode(Bytes.utf8(text)).backend().takesNew()).isFalse();
  }

  @Test
  void clampsWeights() {
    String text = "{\"node\":\"10.0.0.5\",\"ip\":\"9.0.0.5\",\"port\":1,\"weight\":%d}";
    assertThat(BackendEntry.decode(Bytes.utf8(String.format(text, 99999))).backend().weight())
        .isEqualTo(65535);
    assertThat(BackendEntry.decode(Bytes.utf8(String.format(text, -1))).backend().weight())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "null",
        "{",
        "{}",
        "{\"node\":\"10.0.0.5\",\"ip\":\"9.0.0.5\",\"port\":0}",
        "{\"node\":\"10.0.0.5\",\"ip\":\"9.0.0.5\",\"port\":70000}",
        "{\"node\":\"here\",\"ip\":\"9.0.0.5\",\"port\":1}",
        "{\"node\":\"10.0.0.5\",\"ip\":\"there\",\"port\":1}",
        "{\"ip\":\"9.0.0.5\",\"port\":1}",
        "{\"node\":null,\"ip\":\"9.0.0.5\",\"port\":1}",
        "{\"node\":{\"a\":1},\"ip\":\"9.0.0.5\",\"port\":1}"
      })
  void refusesWhatSaysNoBackEnd(String text) {
    assertThatThrownBy(() -> BackendEntry.decode(Bytes.utf8(text)))
        .isInstanceOf(DecodeException.class);
  }
}
