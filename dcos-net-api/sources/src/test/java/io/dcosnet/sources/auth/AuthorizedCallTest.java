// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AuthorizedCallTest {

  @Test
  void doesNotRepeatCredentialsThatCannotBeSent() {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://192.0.2.1:5050/x")).build();
    CompletableFuture<HttpResponse<Void>> call =
        AuthorizedCall.send(
            HttpClient.newHttpClient(),
            request,
            HttpResponse.BodyHandlers.discarding(),
            Authorization.of(() -> "token=s3cret\n")); // as a file that ends in a line feed has it

    assertThatThrownBy(call::join)
        .hasRootCauseInstanceOf(DcosNetException.class)
        .hasMessageContaining("http://192.0.2.1:5050/x: the credentials cannot be sent")
        .hasMessageNotContaining("s3cret");
  }
}
