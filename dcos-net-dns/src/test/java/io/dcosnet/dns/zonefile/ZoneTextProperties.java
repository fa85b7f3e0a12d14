// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.ZoneContent;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ZoneTextProperties {

  private static final DomainName ORIGIN = DomainName.parse("zone.example");

  record Entry(DomainName owner, RecordSet set) {}

  /** Any octets may stand in labels, in texts and in the data of unknown types. */
  @Provide
  Arbitrary<List<Entry>> entries() {
    Arbitrary<byte[]> label = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(20);
    Arbitrary<DomainName> owners =
        label.list().ofMinSize(1).ofMaxSize(4).map(ZoneTextProperties::name);
    Arbitrary<RecordSet> texts =
        Arbitraries.bytes()
            .array(byte[].class)
            .ofMaxSize(100)
            .map(text -> RecordSet.of(16, 60, withLength(text)));
    Arbitrary<RecordSet> unknown =
        Combinators.combine(
                Arbitraries.integers().between(65280, 65290),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(40))
            .as((type, data) -> RecordSet.of(type, 0, data));
    Arbitrary<RecordSet> targets = owners.map(name -> RecordSet.of(12, 3, name.toWire()));
    Arbitrary<RecordSet> addresses =
        Arbitraries.integers()
            .between(0, 255)
            .set()
            .ofMinSize(1)
            .map(
                all ->
                    Zones.addresses(all.stream().map(i -> "192.0.2." + i).toArray(String[]::new)));
    return Combinators.combine(owners, Arbitraries.oneOf(texts, unknown, targets, addresses))
        .as(Entry::new)
        .list()
        .ofMaxSize(30);
  }

  @Property(tries = 300)
  void readsBackWhatItWrote(@ForAll("entries") List<Entry> entries) throws IOException {
    ZoneSnapshot.Edit edit = Zones.empty("zone.example").edit();
    entries.forEach(entry -> edit.put(entry.owner(), entry.set()));
    // As a zone from a file: there a label * has its meaning.
    edit.wildcards(entries.stream().anyMatch(entry -> entry.owner().toString().startsWith("*.")));
    ZoneSnapshot zone = edit.commit(1_700_000_000);
    String text = ZoneText.of(zone);

    ZoneContent content =
        MasterFile.of(ORIGIN).read(new ByteArrayInputStream(text.getBytes(UTF_8)));
    ZoneSnapshot again = content.onto(null);

    assertThat(again.sameRecords(zone)).isTrue();
    assertThat(again.serial()).isEqualTo(zone.serial());
    assertThat(again.nameCount()).isEqualTo(zone.nameCount());
    assertThat(ZoneText.of(again)).isEqualTo(text);
    assertThat(content.onto(zone)).isSameAs(zone);
  }

  @Property(tries = 100)
  void oneZoneBecomesTheOther(
      @ForAll("entries") List<Entry> before, @ForAll("entries") List<Entry> after)
      throws IOException {
    ZoneSnapshot.Edit one = Zones.empty("zone.example").edit();
    before.forEach(entry -> one.put(entry.owner(), entry.set()));
    ZoneSnapshot.Edit other = Zones.empty("zone.example").edit();
    after.forEach(entry -> other.put(entry.owner(), entry.set()));
    ZoneSnapshot wanted = other.commit(2000);

    ZoneSnapshot changed =
        MasterFile.of(ORIGIN)
            .read(new ByteArrayInputStream(ZoneText.of(wanted).getBytes(UTF_8)))
            .onto(one.commit(1000));

    assertThat(changed.sameRecords(wanted)).isTrue();
    assertThat(changed.serial()).isEqualTo(wanted.serial() == 100 ? changed.serial() : 2000);
  }

  private static DomainName name(List<byte[]> labels) {
    byte[] wire = new byte[255];
    int at = 0;
    for (byte[] label : labels) {
      wire[at] = (byte) label.length;
      System.arraycopy(label, 0, wire, at + 1, label.length);
      at += label.length + 1;
    }
    ORIGIN.copyTo(wire, at);
    return DomainName.ofWire(
        Arrays.copyOf(wire, at + ORIGIN.wireLength()), 0, at + ORIGIN.wireLength());
  }

  private static byte[] withLength(byte[] text) {
    byte[] data = new byte[text.length + 1];
    data[0] = (byte) text.length;
    System.arraycopy(text, 0, data, 1, text.length);
    return data;
  }
}
