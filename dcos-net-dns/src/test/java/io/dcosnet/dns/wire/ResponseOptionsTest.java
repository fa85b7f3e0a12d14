// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.wire.ResponseWriter.Section;
import io.dcosnet.dns.zone.RecordType;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSIDOption;
import org.xbill.DNS.TcpKeepaliveOption;

class ResponseOptionsTest {

  private static final String EDNS =
      "123400000001000000000001" + "0000010001" + "00002904d0000000000000";
  private static final String PLAIN = "123400000001000000000000" + "0000010001";
  private static final byte[] COOKIE =
      HexFormat.of().parseHex("2464c4abcf10c957010000005cf79f111f8130c3eee29480");

  private final QueryReader query = new QueryReader();
  private final ResponseWriter response = new ResponseWriter();

  @Test
  void writesWhatWasChosen() throws IOException {
    response.options().cookie(COOKIE);
    response.options().identity("n1".getBytes(US_ASCII));
    response.options().keepalive(100);
    begin(EDNS, 512);
    response.explain(ExtendedError.STALE_ANSWER, "old".getBytes(US_ASCII));

    Message message = new Message(finish());

    assertThat(message.getOPT().getOptions()).hasSize(4);
    CookieOption cookie = option(message, EDNSOption.Code.COOKIE, CookieOption.class);
    assertThat(cookie.getClientCookie()).isEqualTo(Arrays.copyOf(COOKIE, 8));
    assertThat(cookie.getServerCookie()).contains(Arrays.copyOfRange(COOKIE, 8, 24));
    assertThat(option(message, EDNSOption.Code.NSID, NSIDOption.class).toWire())
        .isEqualTo(new byte[] {0, 3, 0, 2, 'n', '1'});
    assertThat(
            option(message, EDNSOption.Code.TCP_KEEPALIVE, TcpKeepaliveOption.class)
                .getTimeoutDuration())
        .hasValueSatisfying(idle -> assertThat(idle).hasSeconds(10));
  }

  @Test
  void writesNothingForClientsWithoutAnOptRecord() {
    response.options().cookie(COOKIE);
    response.options().padTo(468);
    begin(PLAIN, 512);

    assertThat(finish()).hasSize(PLAIN.length() / 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 400, 424, 425, 426, 427, 428, 429, 700, 2000})
  void padsToAMultiple(int dataOctets) throws IOException {
    response.options().padTo(468);
    begin(EDNS, 65_535);
    Arrays.fill(response.octets(), response.position(), 5000, (byte) 0x5a);
    add(dataOctets);

    byte[] message = finish();

    assertThat(message.length % 468).isZero();
    assertThat(message.length - dataOctets).isLessThan(468 + 60);
    EDNSOption padding = new Message(message).getOPT().getOptions(EDNSOption.Code.PADDING).get(0);
    assertThat(HexFormat.of().formatHex(padding.toWire()).substring(8)).matches("(00)*");
  }

  @Test
  void padsNoFurtherThanTheLimit() {
    response.options().padTo(468);
    begin(EDNS, 600);
    add(500);

    assertThat(finish()).hasSize(600);
  }

  @Test
  void keepsRoomForTheOptionsFromTheStart() {
    response.options().cookie(COOKIE);
    response.options().identity(new byte[ResponseOptions.MAX_IDENTITY_OCTETS]);
    response.options().padTo(468);
    begin(EDNS, 512);
    while (add(1)) {
      assertThat(response.position()).isLessThan(512);
    }

    assertThat(finish().length).isBetween(512 - 13, 512);
  }

  @Test
  void forgetsTheOptionsOfTheResponseBefore() {
    response.options().cookie(COOKIE);
    response.options().identity(COOKIE);
    response.options().keepalive(1);
    response.options().padTo(468);
    response.options().clear();
    begin(EDNS, 512);

    assertThat(finish()).hasSize(EDNS.length() / 2);
  }

  @Test
  void saysBadcookieInBothPlaces() throws IOException {
    byte[] asked = HexFormat.of().parseHex(EDNS);
    query.read(asked, 0, asked.length);
    response.begin(query, 512, Rcode.BADCOOKIE, ExtendedError.NONE);

    Message message = new Message(finish());

    assertThat(message.getRcode()).isEqualTo(Rcode.BADCOOKIE);
    assertThat(message.getHeader().getRcode()).isEqualTo(7);
  }

  private static <T extends EDNSOption> T option(Message message, int code, Class<T> type) {
    return type.cast(message.getOPT().getOptions(code).get(0));
  }

  private void begin(String hex, int limit) {
    byte[] asked = HexFormat.of().parseHex(hex);
    query.read(asked, 0, asked.length);
    response.begin(query, limit, Rcode.NOERROR, ExtendedError.NONE);
  }

  private boolean add(int octets) {
    byte[] data = new byte[octets];
    return response.add(
        Section.ANSWER, QueryReader.NAME_OFFSET, RecordType.A + 99, 1, data, octets);
  }

  private byte[] finish() {
    return Arrays.copyOf(response.octets(), response.finish());
  }
}
