// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VipTextTest {

  private static final VipRules RULES = VipRules.defaults();

  @ParameterizedTest
  @CsvSource({
    "/web:80, web.marathon, 80",
    "web:80, web.marathon, 80",
    "WEB:80, web.marathon, 80",
    "/group/app:80, groupapp.marathon, 80",
    "/App_1:80, app-1.marathon, 80",
    "a.b:80, a.b.marathon, 80",
    "a..b:80, a.b.marathon, 80",
    "/2048:80, 2048.marathon, 80",
    "/web-1.0:80, web-1.0.marathon, 80",
    "/foo-1:65535, foo-1.marathon, 65535",
    "web:1, web.marathon, 1"
  })
  void readsNamesIntoTheirCanonicalForm(String text, String name, int port) {
    assertThat(read(text)).isEqualTo(new VipText.Accepted(name, null, port, null));
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3.4:5000, 1.2.3.4, 5000",
    "fd01:c::5:80, fd01:c::5, 80",
    "[fd01:c::5]:80, fd01:c::5, 80",
    "11.0.0.7:80, 11.0.0.7, 80",
    "169.254.1.1:80, 169.254.1.1, 80"
  })
  void readsAddresses(String text, String address, int port) {
    assertThat(read(text))
        .isEqualTo(new VipText.Accepted(null, IpAddress.parse(address), port, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1.2.3:80; VIP_BAD_ADDRESS",
        "1.2.3.4.5:80; VIP_BAD_ADDRESS",
        "1.2.3.400:80; VIP_BAD_ADDRESS",
        "01.2.3.4:80; VIP_BAD_ADDRESS",
        "2048:80; VIP_BAD_ADDRESS",
        "[1.2.3.4]:80; VIP_BAD_ADDRESS",
        "[fd01:c::5:80; VIP_BAD_ADDRESS",
        "fd01:c::zz:80; VIP_BAD_ADDRESS",
        "web; VIP_NO_PORT",
        "''; VIP_NO_PORT",
        "web:0; VIP_BAD_PORT",
        "web:; VIP_BAD_PORT",
        "web:x; VIP_BAD_PORT",
        "web: 80; VIP_BAD_PORT",
        "web:70000; VIP_BAD_PORT",
        "web:65536; VIP_BAD_PORT",
        "web:99999999999999999999; VIP_BAD_PORT",
        "web:+80; VIP_BAD_PORT",
        "web:-80; VIP_BAD_PORT",
        "web:８０; VIP_BAD_PORT",
        ":80; VIP_EMPTY_NAME",
        "///:80; VIP_EMPTY_NAME",
        "...:80; VIP_EMPTY_NAME",
        "a.-.b:80; VIP_EMPTY_NAME",
        "ü:80; VIP_EMPTY_NAME",
        "0.0.0.0:80; VIP_FORBIDDEN_ADDRESS",
        "127.0.0.1:80; VIP_FORBIDDEN_ADDRESS",
        "127.255.0.1:80; VIP_FORBIDDEN_ADDRESS",
        "224.0.0.1:80; VIP_FORBIDDEN_ADDRESS",
        "239.1.1.1:80; VIP_FORBIDDEN_ADDRESS",
        "255.255.255.255:80; VIP_FORBIDDEN_ADDRESS",
        "[::]:80; VIP_FORBIDDEN_ADDRESS",
        ":::80; VIP_FORBIDDEN_ADDRESS",
        "[::1]:80; VIP_FORBIDDEN_ADDRESS",
        "[ff02::1]:80; VIP_FORBIDDEN_ADDRESS",
        "[fe80::1]:80; VIP_FORBIDDEN_ADDRESS",
        "[febf::1]:80; VIP_FORBIDDEN_ADDRESS",
        "[::ffff:10.0.0.1]:80; VIP_FORBIDDEN_ADDRESS"
      })
  void refusesWithAReason(String text, String code) {
    assertThat(code(text)).isEqualTo(code);
  }

  @Test
  void takesLeadingZerosOfAPortWithARemark() {
    VipText.Accepted vip = (VipText.Accepted) read("web:080");
    assertThat(vip.port()).isEqualTo(80);
    assertThat(vip.remark()).contains("080");
  }

  @Test
  void refusesControlCharacters() {
    assertThat(code("we\0b:80")).isEqualTo(VipText.BAD_TEXT);
    assertThat(code("web:80\n")).isEqualTo(VipText.BAD_TEXT);
  }

  @Test
  void refusesEndlessText() {
    assertThat(code("w".repeat(1022) + ":80")).isEqualTo(VipText.BAD_TEXT);
    assertThat(code("w".repeat(1021) + ":80")).isEqualTo("accepted");
    assertThat(code("w" + "ü".repeat(511) + ":80")).isEqualTo(VipText.BAD_TEXT);
  }

  @Test
  void refusesNamesThatDoNotFitIntoDns() {
    String label = "w".repeat(63);
    String four = String.join(".", label, label, label, label);
    assertThat(code(four + ":80")).isEqualTo(VipText.NAME_TOO_LONG);
  }

  @Test
  void refusesANameThatReadsAsAnAddress() {
    assertThat(VipText.read("1.2.3/:80", "4", RULES))
        .isInstanceOfSatisfying(
            VipText.Refused.class, no -> assertThat(no.code()).isEqualTo(VipText.BAD_ADDRESS));
  }

  @Test
  void refusesANameWithoutFrameworkButNotAnAddress() {
    assertThat(VipText.read("web:80", null, RULES))
        .isInstanceOfSatisfying(
            VipText.Refused.class, no -> assertThat(no.code()).isEqualTo(VipText.NO_FRAMEWORK));
    assertThat(VipText.read("1.2.3.4:80", null, RULES)).isInstanceOf(VipText.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "..."})
  void refusesAnEmptyFrameworkName(String framework) {
    assertThat(VipText.read("web:80", framework, RULES))
        .isInstanceOfSatisfying(
            VipText.Refused.class, no -> assertThat(no.code()).isEqualTo(VipText.EMPTY_NAME));
  }

  @Test
  void keepsTheDotsOfAFrameworkName() {
    assertThat(VipText.read("web:80", "Marathon-user.prod", RULES))
        .isEqualTo(new VipText.Accepted("web.marathon-user.prod", null, 80, null));
  }

  @Test
  void permitsLoopbackOnlyInConfiguredRanges() {
    VipRules rules = RULES.withLoopbackRanges(List.of(Cidr.parse("127.64.0.0/10")));
    assertThat(VipText.read("127.64.0.1:80", "m", rules)).isInstanceOf(VipText.Accepted.class);
    assertThat(VipText.read("127.0.0.1:80", "m", rules)).isInstanceOf(VipText.Refused.class);
  }

  @Test
  void namesTheRangeInWhichNoVipMayBe() {
    VipRules rules = new VipRules(true, List.of(), List.of(Cidr.parse("198.51.100.0/24")), "x");
    assertThat(rules.refusal(IpAddress.parse("198.51.100.7")))
        .contains("lies in 198.51.100.0/24, where no VIP may be");
    assertThat(rules.refusal(IpAddress.parse("203.0.113.7"))).isEmpty();
  }

  @Test
  void refusesForbiddenRanges() {
    VipRules rules =
        new VipRules(true, List.of(), List.of(Cidr.parse("9.0.0.0/8")), VipRules.DEFAULT_ZONE);
    assertThat(VipText.read("9.1.2.3:80", "m", rules))
        .isInstanceOfSatisfying(
            VipText.Refused.class,
            no -> assertThat(no.code()).isEqualTo(VipText.FORBIDDEN_ADDRESS));
  }

  @Test
  void makesOneKeyOfAllSpellings() {
    VipKey key = VipKey.named(Protocol.TCP, "web.marathon", 80);
    for (String text : List.of("/web:80", "web:80", "WEB:80", "//Web/:080")) {
      assertThat(((VipText.Accepted) read(text)).key(Protocol.TCP)).isEqualTo(key);
    }
  }

  @Test
  void makesNamesOfTheCommandLineCanonical() {
    assertThat(VipText.canonicalName("/Web_1.marathon")).contains("web-1.marathon");
    assertThat(VipText.canonicalName("///")).isEmpty();
  }

  private static VipText read(String text) {
    return VipText.read(text, "marathon", RULES);
  }

  private static String code(String text) {
    return read(text) instanceof VipText.Refused no ? no.code() : "accepted";
  }
}
