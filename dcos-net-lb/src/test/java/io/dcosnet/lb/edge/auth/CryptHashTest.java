// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.edge.auth.CryptHash.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hashes made by {@code openssl passwd} and by the C library. */
class CryptHashTest {

  private static final String LONG =
      "a much longer password with more than sixty-four characters in it, to be sure of it";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secret | $1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1",
        "'' | $1$abcdefgh$M55TzYaaccxVGbptZWaxX/",
        LONG + " | $1$abcdefgh$viZ2vC.iporzhL9TqqDpD1",
        "päss | $1$abcdefgh$QLc60jVoQ2PaFW/QsiK900",
        "secret | $5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.",
        LONG + " | $5$abcdefgh$PVZTg5L6rqvzr9Eu7TdXyOQVo/RKjOcRC6PvGSXh45B",
        "päss | $5$abcdefgh$6DO6.EvjspNZVGWOMV1glNXk5362sXiENKwcuVTV/RC",
        "secret | $6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ"
            + "/1GM/O6IND4WQhG.",
        LONG
            + " | $6$abcdefgh$3TLfN03Jiqt5ZQXJWDuqJCrOhLto1DTP9rclTxBC0LOxP1znsVrpqFYSm8LyCjXjhutT6"
            + "SU4L1LS2uttMuSF9.",
        "päss | $6$abcdefgh$LTOrFZJ5L7e73J7WXnfEWy8dzMkHZwObMPMpVSvmwbTqbwoc33bio2bmz8jeWL3raVs37HHV"
            + "i99Lflo8bnASD1",
        "secret | $6$rounds=1500$saltsalt$34Syr0FSbWlp9hNFif0BNSVHRPxwiPh79DU920TQC0DoAPilRd9UG4mVZj"
            + "ASSDEENmIuJl1xJneHoAcjNgCp00",
      })
  void knowsThePasswordOfAHashAndNoOther(String password, String hash) {
    assertThat(CryptHash.check(hash, password)).isEqualTo(Verdict.RIGHT);
    assertThat(CryptHash.check(hash, password + "x")).isEqualTo(Verdict.WRONG);
  }

  @ParameterizedTest
  @CsvSource({"zzPCPCxPSPDVU", "$2y$10$abc", "''", "$6$rounds=999999999$salt$x"})
  void saysWhenItDoesNotKnowTheKind(String hash) {
    assertThat(CryptHash.check(hash, "secret")).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void takesNoHashThatIsCutShort() {
    assertThat(CryptHash.check("$1$", "secret")).isEqualTo(Verdict.WRONG);
    assertThat(CryptHash.check("$6$abcdefgh", "secret")).isEqualTo(Verdict.WRONG);
  }
}
