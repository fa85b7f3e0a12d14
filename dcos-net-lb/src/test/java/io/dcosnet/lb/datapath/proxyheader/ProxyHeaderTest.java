// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxyheader;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeader.Addresses;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderException.Fault;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderReader.Read;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {

  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String EXAMPLE = SIGNATURE + "2111000c0a0000090b0000059c400050";
  private static final Addresses FOUR =
      new Addresses(false, HostPort.parse("10.0.0.9:40000"), HostPort.parse("11.0.0.5:80"));
  private static final Addresses SIX =
      new Addresses(false, HostPort.parse("[2001:db8::9]:40000"), HostPort.parse("[fd01:c::5]:80"));

  @Test
  void writesAndReadsTheExampleOfVersion2() {
    byte[] header = ProxyHeaderWriter.v2(FOUR, List.of(), false);
    assertThat(HexFormat.of().formatHex(header)).isEqualTo(EXAMPLE);
    Read read = read(EXAMPLE + "474554");
    assertThat(read.header().addresses()).contains(FOUR);
    assertThat(read.octets()).isEqualTo(28);
  }

  @Test
  void writesAndReadsIpv6AndDatagrams() {
    Addresses datagrams = new Addresses(true, SIX.source(), SIX.destination());
    byte[] header = ProxyHeaderWriter.v2(datagrams, List.of(), false);
    assertThat(HexFormat.of().formatHex(header))
        .isEqualTo(
            SIGNATURE
                + "21220024"
                + "20010db8000000000000000000000009"
                + "fd01000c000000000000000000000005"
                + "9c400050");
    assertThat(read(header).header().addresses()).contains(datagrams);
  }

  @Test
  void writesBothAddressesInOneFamily() {
    Addresses mixed = new Addresses(false, FOUR.source(), SIX.destination());
    String mapped = "[::ffff:10.0.0.9]:40000";
    assertThat(read(ProxyHeaderWriter.v2(mixed, List.of(), false)).header().addresses())
        .contains(new Addresses(false, HostPort.parse(mapped), SIX.destination()));
    assertThat(read(ProxyHeaderWriter.v1(mixed)).header().addresses())
        .contains(new Addresses(false, HostPort.parse(mapped), SIX.destination()));
  }

  @Test
  void writesAndReadsLinesOfVersion1() {
    byte[] line = ProxyHeaderWriter.v1(FOUR);
    assertThat(new String(line, US_ASCII)).isEqualTo("PROXY TCP4 10.0.0.9 11.0.0.5 40000 80\r\n");
    assertThat(read(line).header().addresses()).contains(FOUR);
    assertThat(new String(ProxyHeaderWriter.v1(SIX), US_ASCII))
        .isEqualTo("PROXY TCP6 2001:db8::9 fd01:c::5 40000 80\r\n");
    assertThat(read(ProxyHeaderWriter.v1(SIX)).header().addresses()).contains(SIX);
    assertThat(ProxyHeaderWriter.v1(new Addresses(true, FOUR.source(), FOUR.destination())))
        .isEqualTo(ProxyHeaderWriter.unknownV1());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n",
      })
  void readsLinesWithoutAddresses(String line) {
    Read read = read((line + "more").getBytes(US_ASCII));
    assertThat(read.header().addresses()).isEmpty();
    assertThat(read.octets()).isEqualTo(line.length());
  }

  @ParameterizedTest
  @CsvSource({
    "2000 0000, a health check",
    "2011 000c 0a0000090b0000059c400050, a health check with addresses",
    "2100 0000, no family",
    "2110 000c 0a0000090b0000059c400050, no transport",
    "2113 000c 0a0000090b0000059c400050, an unknown transport",
    "2141 0003 ffffff, an unknown family",
    "21f1 0000, an unknown family without a rest",
  })
  void takesTheConnectionItselfFor(String rest, String what) {
    Read read = read(SIGNATURE + rest.replace(" ", ""));
    assertThat(read.header().addresses()).as(what).isEmpty();
    assertThat(read.octets()).isEqualTo((SIGNATURE + rest.replace(" ", "")).length() / 2);
  }

  @Test
  void takesTheConnectionItselfForUnixSockets() {
    byte[] header = new byte[16 + 216];
    byte[] fixed = HexFormat.of().parseHex(SIGNATURE + "213100d8");
    System.arraycopy(fixed, 0, header, 0, 16);
    assertThat(read(header).header().addresses()).isEmpty();
  }

  @Test
  void readsFactsAndSkipsUnknownOnes() {
    List<Tlv> facts =
        List.of(
            new Tlv(ProxyHeader.AUTHORITY, "example.org".getBytes(UTF_8)),
            new Tlv(0x99, new byte[300]),
            new Tlv(ProxyHeader.NOOP, new byte[0]),
            new Tlv(ProxyHeader.VIP, "web.marathon".getBytes(UTF_8)));
    ProxyHeader header = read(ProxyHeaderWriter.v2(FOUR, facts, false)).header();
    assertThat(header.tlvs()).isEqualTo(facts);
    assertThat(header.tlv(ProxyHeader.VIP).map(Tlv::text)).contains("web.marathon");
    assertThat(header.tlv(ProxyHeader.ALPN)).isEmpty();
  }

  @Test
  void checksTheChecksum() {
    List<Tlv> facts = List.of(new Tlv(ProxyHeader.VIP, "web.marathon".getBytes(UTF_8)));
    byte[] header = ProxyHeaderWriter.v2(FOUR, facts, true);
    assertThat(read(header).header().addresses()).contains(FOUR);
    assertThat(read(header).header().tlv(ProxyHeader.CRC32C)).isPresent();
    int checksumType = header.length - 7; // with another one it is an unknown fact
    for (int i = Layout.FIXED; i < header.length; i++) {
      if (i == checksumType) {
        continue;
      }
      byte[] changed = header.clone();
      changed[i] ^= 0x10;
      assertThat(fault(changed)).as("octet %d", i).isIn(Fault.CHECKSUM, Fault.TLV);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "474554202f20485454502f312e310d0a, SIGNATURE",
    "0d0a0d0a000d0a515549540b, SIGNATURE",
    "50524f58592d, SIGNATURE",
    "0d0a0d0a000d0a515549540a 1111000c, VERSION",
    "0d0a0d0a000d0a515549540a 3111000c, VERSION",
    "0d0a0d0a000d0a515549540a 2211000c, COMMAND",
    "0d0a0d0a000d0a515549540a 21111001, LENGTH",
    "0d0a0d0a000d0a515549540a 2111000b 0a0000090b0000059c4000, ADDRESSES",
    "0d0a0d0a000d0a515549540a 21210000, ADDRESSES",
    "0d0a0d0a000d0a515549540a 2111000d 0a0000090b0000059c40005001, TLV",
    "0d0a0d0a000d0a515549540a 21110010 0a0000090b0000059c400050 01000200, TLV",
    "0d0a0d0a000d0a515549540a 21110010 0a0000090b0000059c400050 03000100, TLV",
    "0d0a0d0a000d0a515549540a 21110013 0a0000090b0000059c400050 03000400000000, CHECKSUM",
  })
  void refuses(String hex, Fault fault) {
    assertThat(fault(HexFormat.of().parseHex(hex.replace(" ", "")))).isEqualTo(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 10.0.0.9 11.0.0.5 40000 80\n",
        "PROXY TCP4 10.0.0.9 11.0.0.5 40000\r\n",
        "PROXY TCP4 10.0.0.9  11.0.0.5 40000 80\r\n",
        "PROXY TCP4 10.0.0.9 11.0.0.5 40000 80 \r\n",
        "PROXY TCP4 10.0.0.9 11.0.0.5 040000 80\r\n",
        "PROXY TCP4 10.0.0.9 11.0.0.5 40000 65536\r\n",
        "PROXY TCP4 10.0.0.9 11.0.0.5 -1 80\r\n",
        "PROXY TCP4 10.0.0.09 11.0.0.5 40000 80\r\n",
        "PROXY TCP4 example.org 11.0.0.5 40000 80\r\n",
        "PROXY TCP4 2001:db8::9 fd01:c::5 40000 80\r\n",
        "PROXY TCP6 10.0.0.9 11.0.0.5 40000 80\r\n",
        "PROXY UDP4 10.0.0.9 11.0.0.5 40000 80\r\n",
        "PROXY UNKNOWNS\r\n",
        "PROXY \r\n",
        "PROXY \n",
      })
  void refusesLines(String line) {
    assertThat(fault(line.getBytes(US_ASCII))).isEqualTo(Fault.LINE);
  }

  @Test
  void refusesALineWithoutAnEnd() {
    byte[] line = ("PROXY UNKNOWN " + "x".repeat(200)).getBytes(US_ASCII);
    assertThat(ProxyHeaderReader.read(line, 0, 106)).isNull();
    assertThat(fault(Arrays.copyOf(line, 107))).isEqualTo(Fault.LENGTH);
  }

  @Test
  void refusesALongUniqueId() {
    Tlv longest = new Tlv(ProxyHeader.UNIQUE_ID, new byte[128]);
    assertThat(read(ProxyHeaderWriter.v2(FOUR, List.of(longest), false)).header().tlvs())
        .containsExactly(longest);
    Tlv tooLong = new Tlv(ProxyHeader.UNIQUE_ID, new byte[129]);
    assertThat(fault(ProxyHeaderWriter.v2(FOUR, List.of(tooLong), false))).isEqualTo(Fault.TLV);
  }

  @Test
  void takesTheLongestHeaderAndNoLongerOne() {
    int room = ProxyHeaderReader.MAX_REST - 12 - 3;
    byte[] longest =
        ProxyHeaderWriter.v2(FOUR, List.of(new Tlv(ProxyHeader.NOOP, new byte[room])), false);
    assertThat(read(longest).octets()).isEqualTo(ProxyHeaderReader.MAX_HEADER);
    byte[] longer =
        ProxyHeaderWriter.v2(FOUR, List.of(new Tlv(ProxyHeader.NOOP, new byte[room + 1])), false);
    assertThat(fault(longer)).isEqualTo(Fault.LENGTH);
  }

  private static Read read(String hex) {
    return read(HexFormat.of().parseHex(hex));
  }

  private static Read read(byte[] data) {
    return requireNonNull(ProxyHeaderReader.read(data, 0, data.length));
  }

  private static Fault fault(byte[] data) {
    return requireNonNull(
            catchThrowableOfType(ProxyHeaderException.class, () -> read(data)), "was taken")
        .fault();
  }
}
