// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:0DB8:0:0:8:800:200C:417A, 2001:db8::8:800:200c:417a",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::13.1.68.3, ::d01:4403",
    "::FFFF:129.144.52.38, ::ffff:129.144.52.38",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304"
  })
  void writesWhatItReadsInCanonicalForm(String text, String canonical) {
    assertThat(IpAddress.parse(text)).hasToString(canonical);
    assertThat(IpAddress.parse(canonical)).isEqualTo(IpAddress.parse(text));
    assertThat(IpAddress.tryParse(text)).contains(IpAddress.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "1, 1",
    "1.2.3, 5",
    "1.2.3., 6",
    "1.2.3.4., 7",
    "1.2.3.4.5, 7",
    "1.2.3.256, 6",
    "01.2.3.4, 0",
    "1.2.3.00, 6",
    "1.2.3.-4, 6",
    "1.2.3.0004, 6",
    "0x1.2.3.4, 1",
    "' 1.2.3.4', 0",
    "'1.2.3.4 ', 7",
    "1٣.2.3.4, 1",
    ":, 0",
    ":1, 0",
    ":::, 2",
    "1:, 2",
    "1:::2, 3",
    "1::2::3, 5",
    "1:2:3:4:5:6:7, 13",
    "1:2:3:4:5:6:7:8:9, 16",
    "1:2:3:4:5:6:7:8::, 17",
    "12345::, 4",
    "g::, 0",
    "::1.2.3, 7",
    "::1.2.3.4:5, 9",
    "1.2.3.4::, 7",
    "1:2:3:4:5:6:7:1.2.3.4, 14",
    "fe80::1%eth0, 7",
    "[::1], 0",
    "example.org, 0"
  })
  void refusesOtherTextAndSaysWhere(String text, int offset) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOfSatisfying(
            DecodeException.class, e -> assertThat(e.offset()).isEqualTo(offset));
    assertThat(IpAddress.tryParse(text)).isEmpty();
  }

  @Test
  void quotesForeignTextShortAndOnOneLine() {
    String hostile = "1.2.3\n\u001b[2J\u2028\"" + "x".repeat(1_000_000);

    assertThatThrownBy(() -> IpAddress.parse(hostile))
        .hasMessageContaining("1.2.3\\u000a\\u001b[2J\\u2028\\u0022xxx")
        .hasMessageContaining("(1000012 characters)")
        .satisfies(e -> assertThat(e.toString()).hasSizeLessThan(300).doesNotContain("\n"));
    assertThat(IpAddress.tryParse(hostile)).isEmpty();
  }

  @Test
  void sortsIpv4BeforeIpv6AndEachByUnsignedValue() {
    List<IpAddress> sorted =
        List.of(
            IpAddress.parse("0.0.0.0"),
            IpAddress.parse("127.255.255.255"),
            IpAddress.parse("128.0.0.0"),
            IpAddress.parse("255.255.255.255"),
            IpAddress.parse("::"),
            IpAddress.parse("::8000:0:0:0"),
            IpAddress.parse("7fff::"),
            IpAddress.parse("8000::"));

    assertThat(sorted).isSorted().doesNotHaveDuplicates();
    assertThat(sorted.get(0)).isNotEqualTo(sorted.get(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.0", "127.255.255.255", "::1"})
  void knowsLoopback(String text) {
    assertThat(IpAddress.parse(text).isLoopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"126.255.255.255", "128.0.0.0", "::", "::2", "1::1", "::127.0.0.1"})
  void knowsWhatIsNotLoopback(String text) {
    assertThat(IpAddress.parse(text).isLoopback()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "223.255.255.255, false",
    "224.0.0.0, true",
    "239.255.255.255, true",
    "240.0.0.0, false",
    "feff::, false",
    "ff00::, true",
    "ffff::1, true"
  })
  void knowsMulticast(String text, boolean expected) {
    assertThat(IpAddress.parse(text).isMulticast()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "169.253.255.255, false",
    "169.254.0.0, true",
    "169.254.255.255, true",
    "169.255.0.0, false",
    "fe7f::, false",
    "fe80::, true",
    "febf:ffff::, true",
    "fec0::, false"
  })
  void knowsLinkLocal(String text, boolean expected) {
    assertThat(IpAddress.parse(text).isLinkLocal()).isEqualTo(expected);
  }

  @Test
  void takesIpv4OutOfItsIpv6Clothes() {
    assertThat(IpAddress.parse("::ffff:192.0.2.1").unmapped())
        .isEqualTo(IpAddress.parse("192.0.2.1"));
    assertThat(IpAddress.parse("::fffe:192.0.2.1").isIpv4Mapped()).isFalse();
    assertThat(IpAddress.parse("1::ffff:192.0.2.1").isIpv4Mapped()).isFalse();
    assertThat(IpAddress.parse("::ffff:192.0.2.1")).isNotEqualTo(IpAddress.parse("192.0.2.1"));
  }

  @Test
  void refusesToLeaveItsFamily() {
    assertThatThrownBy(() -> IpAddress.parse("255.255.255.255").plus(1))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> IpAddress.parse("0.0.0.1").plus(Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> IpAddress.ofIpv6(-1, -1).plus(1))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> IpAddress.ANY_IPV4.plus(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IpAddress.parse("::1").ipv4Bits())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> IpAddress.ofBytes(new byte[5]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
