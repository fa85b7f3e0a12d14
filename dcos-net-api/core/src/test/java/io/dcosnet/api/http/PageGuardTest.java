// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PageGuardTest {

  private static int status(String method, String name, String value) {
    HttpHandler guarded = any -> CompletableFuture.completedFuture(HttpResponse.text(200, "done"));
    HttpRequest request =
        new HttpRequest(method, "/", Map.of(), Map.of(name, List.of(value)), Bytes.EMPTY, "test");
    return PageGuard.of(guarded).handle(request).toCompletableFuture().join().status();
  }

  @Test
  void aPageMayNotChangeAnything() {
    assertThat(status("POST", "Origin", "http://192.0.2.1")).isEqualTo(403);
    assertThat(status("DELETE", "origin", "null")).isEqualTo(403);
    assertThat(status("POST", "Sec-Fetch-Site", "cross-site")).isEqualTo(403);
  }

  @Test
  void everybodyElseMayAndPagesMayRead() {
    assertThat(status("POST", "content-type", "text/plain")).isEqualTo(200);
    assertThat(status("POST", "sec-fetch-site", "none")).isEqualTo(200);
    assertThat(status("GET", "origin", "http://192.0.2.1")).isEqualTo(200);
    assertThat(status("HEAD", "sec-fetch-site", "cross-site")).isEqualTo(200);
  }
}
