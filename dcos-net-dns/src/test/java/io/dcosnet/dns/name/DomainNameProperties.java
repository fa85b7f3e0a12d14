// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.DecodeException;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

class DomainNameProperties {

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> ascii = Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(80);
    Arbitrary<String> dotted = Arbitraries.strings().withChars("aB-.\\019 ").ofMaxLength(300);
    return Arbitraries.oneOf(ascii, dotted).filter(text -> !text.equals("@")); // dnsjava: origin
  }

  @Provide
  Arbitrary<byte[]> wires() {
    Arbitrary<byte[]> label = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(63);
    return label.list().ofMaxSize(3).map(DomainNameProperties::join);
  }

  @Property
  void textAndWireFormRoundTrip(@ForAll("wires") byte[] wire) {
    DomainName name = DomainName.ofWire(wire, 0, wire.length);

    DomainName again = DomainName.parse(name.toString());

    assertThat(again.toWire()).isEqualTo(wire);
  }

  @Property
  void textMeansWhatItMeansToDnsjava(@ForAll("texts") String text) {
    DomainName ours = parse(text);
    Name theirs = dnsjava(text);

    assertThat(ours == null).as(text).isEqualTo(theirs == null);
    if (ours != null && theirs != null) {
      assertThat(ours.toWire()).isEqualTo(theirs.toWire());
    }
  }

  @Property
  void orderAndEqualityAreThoseOfDnsjava(@ForAll("wires") byte[] one, @ForAll("wires") byte[] two)
      throws IOException {
    DomainName a = DomainName.ofWire(one, 0, one.length);
    DomainName b = DomainName.ofWire(two, 0, two.length);

    int expected = new Name(one).compareTo(new Name(two));

    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(Integer.signum(expected));
    assertThat(a.equals(b)).isEqualTo(expected == 0);
    assertThat(a.compareTo(a.toLowerCase())).isZero();
    assertThat(a.hashCode()).isEqualTo(a.toLowerCase().hashCode());
    assertThat(a.isUnder(b)).isEqualTo(new Name(one).subdomain(new Name(two)));
  }

  private static @Nullable DomainName parse(String text) {
    try {
      return DomainName.parse(text);
    } catch (DecodeException e) {
      return null;
    }
  }

  private static @Nullable Name dnsjava(String text) {
    try {
      return text.isEmpty() ? null : Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      return null;
    }
  }

  private static byte[] join(List<byte[]> labels) {
    byte[] wire = new byte[labels.stream().mapToInt(label -> label.length + 1).sum() + 1];
    int at = 0;
    for (byte[] label : labels) {
      wire[at] = (byte) label.length;
      System.arraycopy(label, 0, wire, at + 1, label.length);
      at += label.length + 1;
    }
    return wire;
  }
}
