// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Request;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NftElementsProperties {

  private static final NftSet VIPS = new NftSet(NftFamily.INET, "dcosnet", "vips");

  @Property(tries = 300)
  void elementsComeBack(@ForAll("elements") List<NftElement> elements) {
    List<Request> requests = NftElements.add(VIPS, elements);

    assertThat(requests).hasSize(elements.isEmpty() ? 0 : 1);
    for (Request request : requests) {
      Message message = request.message(1);
      assertThat(NftElements.isReadable(message)).isTrue();
      assertThat(NftElements.set(message)).isEqualTo(VIPS);
      assertThat(NftElements.read(message)).isEqualTo(elements);
    }
  }

  @Property(tries = 100)
  void onlyKeysAreDeleted(@ForAll("elements") List<NftElement> elements) {
    List<NftElement> keys = elements.stream().map(e -> NftElement.of(e.key())).toList();

    assertThat(NftElements.delete(VIPS, elements))
        .allSatisfy(request -> assertThat(read(request)).isEqualTo(keys));
    assertThat(NftElements.destroy(VIPS, elements))
        .allSatisfy(request -> assertThat(read(request)).isEqualTo(keys));
  }

  @Example
  void manyElementsAreSpreadOverMessages() {
    List<NftElement> many =
        IntStream.range(0, 5000)
            .mapToObj(
                i ->
                    NftElement.of(
                        Bytes.copyOf(new byte[64]), NftVerdict.goTo("chain".repeat(1 + i % 20))))
            .toList();

    List<Request> requests = NftElements.add(VIPS, many);

    assertThat(requests).hasSizeBetween(10, 30);
    assertThat(requests).allMatch(request -> request.paddedOctets() < 60_000);
    assertThat(requests.stream().flatMap(request -> read(request).stream()).toList())
        .isEqualTo(many);
  }

  @Example
  void fieldsArePaddedToFourOctets() {
    Bytes key =
        new NftFields()
            .address(IpAddress.parse("11.0.0.10"))
            .protocol(Protocol.TCP)
            .port(8080)
            .toBytes();

    assertThat(key.toArray()).containsExactly(11, 0, 0, 10, 6, 0, 0, 0, 0x1f, (byte) 0x90, 0, 0);
    assertThat(new NftFields().address(IpAddress.parse("2001:db8::1")).toBytes().size())
        .isEqualTo(16);
    assertThat(new NftFields().protocol(Protocol.UDP).toBytes().get(0)).isEqualTo((byte) 17);
  }

  private static List<NftElement> read(Request request) {
    return NftElements.read(request.message(1));
  }

  @Provide
  Arbitrary<List<NftElement>> elements() {
    Arbitrary<Bytes> octets =
        Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(64).map(Bytes::copyOf);
    Arbitrary<NftVerdict> verdicts =
        Combinators.combine(
                Arbitraries.of(NftVerdict.DROP, NftVerdict.GOTO, NftVerdict.JUMP),
                Arbitraries.strings().alpha().ofMaxLength(30))
            .as(NftVerdict::new);
    return Arbitraries.oneOf(
            octets.map(NftElement::of),
            Combinators.combine(octets, octets).as(NftElement::of),
            Combinators.combine(octets, verdicts).as(NftElement::of))
        .list()
        .ofMaxSize(20);
  }
}
