// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxyheader;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeader.Addresses;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderReader.Read;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class ProxyHeaderProperties {

  @Property
  void whatIsWrittenIsReadTheSame(
      @ForAll("addresses") Addresses addresses,
      @ForAll("facts") List<Tlv> facts,
      @ForAll boolean checksum,
      @ForAll @Size(max = 50) byte[] behind) {
    byte[] header = ProxyHeaderWriter.v2(addresses, facts, checksum);
    byte[] data = Arrays.copyOf(header, header.length + behind.length);
    System.arraycopy(behind, 0, data, header.length, behind.length);
    Read read = requireNonNull(ProxyHeaderReader.read(data, 0, data.length));
    assertThat(read.header().addresses()).contains(addresses);
    assertThat(read.header().tlvs().subList(0, facts.size())).isEqualTo(facts);
    assertThat(read.octets()).isEqualTo(header.length);
  }

  @Property(tries = 200)
  void eachBeginningOfAHeaderWaitsForMore(
      @ForAll("addresses") Addresses addresses,
      @ForAll("facts") List<Tlv> facts,
      @ForAll boolean first) {
    byte[] header =
        first ? ProxyHeaderWriter.v1(addresses) : ProxyHeaderWriter.v2(addresses, facts, true);
    byte[] shifted = new byte[header.length + 7];
    System.arraycopy(header, 0, shifted, 7, header.length);
    for (int to = 7; to < shifted.length; to++) {
      assertThat(ProxyHeaderReader.read(shifted, 7, to)).isNull();
    }
    assertThat(ProxyHeaderReader.read(shifted, 7, shifted.length)).isNotNull();
  }

  @Property(tries = 2000)
  void whateverComesIsReadOrRefused(
      @ForAll("almostHeaders") byte[] data, @ForAll @Size(max = 300) byte[] noise) {
    ProxyHeaderFuzzTest.check(data);
    ProxyHeaderFuzzTest.check(noise);
  }

  @Provide
  Arbitrary<Addresses> addresses() {
    Arbitrary<Integer> ports = Arbitraries.integers().between(0, 65_535);
    Arbitrary<Addresses> four =
        Combinators.combine(
                Arbitraries.of(false, true), Arbitraries.integers(), Arbitraries.integers(), ports)
            .as(
                (datagram, source, destination, port) ->
                    new Addresses(
                        datagram,
                        new HostPort(IpAddress.ofIpv4(source), port),
                        new HostPort(IpAddress.ofIpv4(destination), 65_535 - port)));
    Arbitrary<Addresses> six =
        Combinators.combine(
                Arbitraries.of(false, true), Arbitraries.longs(), Arbitraries.longs(), ports)
            .as(
                (datagram, source, destination, port) ->
                    new Addresses(
                        datagram,
                        new HostPort(IpAddress.ofIpv6(source, destination), port),
                        new HostPort(IpAddress.ofIpv6(destination, source), 65_535 - port)));
    return Arbitraries.oneOf(four, six);
  }

  @Provide
  Arbitrary<List<Tlv>> facts() {
    Arbitrary<Integer> types =
        Arbitraries.integers().between(0, 255).filter(type -> type != ProxyHeader.CRC32C);
    Arbitrary<byte[]> values =
        Arbitraries.bytes().array(byte[].class).ofMinSize(0).ofMaxSize(ProxyHeader.MAX_UNIQUE_ID);
    return Combinators.combine(types, values).as(Tlv::new).list().ofMaxSize(8);
  }

  /** Headers with an octet changed. */
  @Provide
  Arbitrary<byte[]> almostHeaders() {
    return Combinators.combine(
            addresses(),
            facts(),
            Arbitraries.integers().between(0, 200),
            Arbitraries.bytes(),
            Arbitraries.of(0, 1, 2))
        .as(
            (addresses, facts, at, value, form) -> {
              byte[] header =
                  form == 0
                      ? ProxyHeaderWriter.v1(addresses)
                      : ProxyHeaderWriter.v2(addresses, facts, form == 1);
              header[at % header.length] = value;
              return header;
            });
  }
}
