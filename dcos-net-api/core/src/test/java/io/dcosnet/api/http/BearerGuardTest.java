// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerGuardTest {

  private static final String TOKEN = "c2VjcmV0LXRva2Vu==";
  private final HttpHandler guard =
      BearerGuard.of(
          TOKEN, request -> CompletableFuture.completedFuture(HttpResponse.text(200, "in")));

  @ParameterizedTest
  @ValueSource(strings = {"Bearer " + TOKEN, "bearer " + TOKEN, "BEARER  " + TOKEN + " "})
  void letsTheRightTokenThrough(String authorization) {
    assertThat(ask(authorization).body()).isEqualTo(Bytes.utf8("in"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer c2VjcmV0LXRva2Vu=",
        "Bearer c2VjcmV0LXRva2Vu===",
        "Bearer C2VjcmV0LXRva2Vu==",
        "Basic " + TOKEN,
        TOKEN
      })
  void refusesEverythingElse(String authorization) {
    HttpResponse response = ask(authorization);

    assertThat(response.status()).isEqualTo(401);
    assertThat(response.headers()).containsEntry("www-authenticate", "Bearer");
    assertThat(response.body().toUtf8()).doesNotContain(TOKEN);
  }

  @Test
  void refusesARequestWithoutTokenOrWithTwo() {
    assertThat(ask().status()).isEqualTo(401);
    assertThat(ask("Bearer " + TOKEN, "Bearer " + TOKEN).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "long enough but with spaces", "line\nbreak-line-break"})
  void isNotMadeWithATokenThatCannotWork(String token) {
    assertThatThrownBy(() -> BearerGuard.of(token, guard))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("long enough");
  }

  private HttpResponse ask(String... authorizations) {
    return guard
        .handle(
            new HttpRequest(
                "GET",
                "/",
                Map.of(),
                authorizations.length == 0
                    ? Map.of()
                    : Map.of("Authorization", List.of(authorizations)),
                Bytes.EMPTY,
                "test"))
        .toCompletableFuture()
        .join();
  }
}
