// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.dns.name.DomainNameBuilder.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {

  private final DomainNameBuilder builder = new DomainNameBuilder();

  @Test
  void writesLabelsBehindTheirLength() {
    assertThat(DomainName.parse("web.Mesos").toWire())
        .isEqualTo("\3web\5Mesos\0".getBytes(ISO_8859_1));
    assertThat(DomainName.parse(".").toWire()).isEqualTo(new byte[1]);
  }

  @Test
  void ignoresCaseButKeepsIt() {
    DomainName name = DomainName.parse("Web.MESOS.");

    assertThat(name).isEqualTo(DomainName.parse("wEb.mesos")).hasToString("Web.MESOS.");
    assertThat(name).hasSameHashCodeAs(DomainName.parse("web.mesos"));
    assertThat(name.toLowerCase()).hasToString("web.mesos.");
  }

  @Test
  void escapesWhatIsNotPlain() {
    DomainName name = DomainName.parse("my\\ app\\.v1.ü;.mesos");

    assertThat(name).hasToString("my\\032app\\.v1.\\195\\188\\;.mesos.");
    assertThat(DomainName.parse(name.toString())).isEqualTo(name);
    assertThat(name.labelCount()).isEqualTo(3);
    assertThat(name.toRawText()).isEqualTo("my app.v1.ü;.mesos.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a..b", ".a", "a\\", "a\\25", "a\\256", "a\\9zz", "a\\ü"})
  void refusesWhatIsNoName(String text) {
    assertThatThrownBy(() -> DomainName.parse(text)).isInstanceOf(DecodeException.class);
  }

  @Test
  void holds63OctetsInALabelAnd255InAll() {
    String label = "x".repeat(63);
    String longest = label + "." + label + "." + label + "." + "x".repeat(61);

    assertThat(DomainName.parse(longest).wireLength()).isEqualTo(255);
    assertThatThrownBy(() -> DomainName.parse(longest + "x")).hasMessageContaining("255");
    assertThatThrownBy(() -> DomainName.parse(label + "x")).hasMessageContaining("63");
    assertThatThrownBy(
            () -> DomainName.parse(label + "." + label + "." + label + "." + label + "."))
        .hasMessageContaining("255");
    assertThatThrownBy(() -> DomainName.parse(longest + ".x")).hasMessageContaining("255");
  }

  @Test
  void knowsWhatLiesBelow() {
    DomainName zone = DomainName.parse("mesos");

    assertThat(DomainName.parse("web.MESOS").isUnder(zone)).isTrue();
    assertThat(zone.isUnder(zone)).isTrue();
    assertThat(zone.isUnder(DomainName.ROOT)).isTrue();
    assertThat(DomainName.parse("webmesos").isUnder(zone)).isFalse();
    assertThat(DomainName.parse("web.\\005mesos").isUnder(zone)).isFalse();
    assertThat(DomainName.ROOT.isUnder(zone)).isFalse();
    assertThat(DomainName.parse("a.b.mesos").parent()).isEqualTo(DomainName.parse("b.mesos"));
  }

  @Test
  void sortsFromTheRoot() {
    List<DomainName> sorted =
        List.of(
            DomainName.ROOT,
            DomainName.parse("example"),
            DomainName.parse("a.example"),
            DomainName.parse("yljkjljk.a.example"),
            DomainName.parse("Z.a.example"),
            DomainName.parse("zABC.a.EXAMPLE"),
            DomainName.parse("z.example"),
            DomainName.parse("\\001.z.example"),
            DomainName.parse("*.z.example"),
            DomainName.parse("\\200.z.example"));

    assertThat(sorted).isSorted();
  }

  @Test
  void readsOneCompleteNameFromAMessage() {
    byte[] octets = "xx\3web\5mesos\0yy".getBytes(ISO_8859_1);

    assertThat(DomainName.ofWire(octets, 2, 11)).isEqualTo(DomainName.parse("web.mesos"));
    assertThatThrownBy(() -> DomainName.ofWire(octets, 2, 12)).isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> DomainName.ofWire(octets, 2, 10)).isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> DomainName.ofWire(new byte[] {(byte) 192, 0}, 0, 2))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void buildsNamesFromTextWithoutEscapes() {
    DomainName suffix = DomainName.parse("marathon.mesos");

    assertThat(builder.clear().append("My\\app.").append("v1 ü").build(suffix, true))
        .hasToString("my\\\\app.v1\\032\\195\\188.marathon.mesos.");
    assertThat(builder.clear().append("Web").build(suffix, false))
        .hasToString("Web.marathon.mesos.");
  }

  @Test
  void saysWhyTextIsNoName() {
    DomainName suffix = DomainName.parse("mesos");

    assertThat(builder.clear().build(suffix, true)).isNull();
    assertThat(builder.fault()).isEqualTo(Fault.EMPTY_LABEL);
    assertThat(builder.clear().append("a..b").build(suffix, true)).isNull();
    assertThat(builder.fault()).isEqualTo(Fault.EMPTY_LABEL);
    assertThat(builder.clear().append("a.").build(suffix, true)).isNull();
    assertThat(builder.fault()).isEqualTo(Fault.EMPTY_LABEL);
    assertThat(builder.clear().append("x".repeat(64)).build(suffix, true)).isNull();
    assertThat(builder.fault()).isEqualTo(Fault.LABEL_TOO_LONG);
    assertThat(builder.clear().append("ü".repeat(32)).build(suffix, true)).isNull();
    assertThat(builder.fault()).isEqualTo(Fault.LABEL_TOO_LONG);
    assertThat(builder.clear().append("x".repeat(50).concat(".").repeat(6)).build(suffix, true))
        .isNull();
    assertThat(builder.fault()).isEqualTo(Fault.NAME_TOO_LONG);
  }

  @Test
  void buildsNamesUpToTheLastOctet() {
    DomainName suffix = DomainName.parse("mesos");
    String label = "x".repeat(61) + ".";

    assertThat(builder.clear().append(label.repeat(3)).append("x".repeat(61)).build(suffix, true))
        .isNotNull()
        .satisfies(name -> assertThat(name.wireLength()).isEqualTo(255));
    assertThat(builder.clear().append(label.repeat(3)).append("x".repeat(62)).build(suffix, true))
        .isNull();
    assertThat(builder.fault()).isEqualTo(Fault.NAME_TOO_LONG);
    assertThat(builder.clear().append("é".repeat(1_000_000)).build(suffix, true)).isNull();
  }
}
