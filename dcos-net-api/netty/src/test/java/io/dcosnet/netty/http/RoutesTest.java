// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.netty.http.Routes.Mount;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RoutesTest {

  private static final HttpHandler ANY =
      request -> CompletableFuture.completedFuture(HttpResponse.text(200, ""));

  private final Mount vips = new Mount("/v1/vips", ANY, 1);
  private final Mount v1 = new Mount("/v1", ANY, 1);
  private final Mount root = new Mount("", ANY, 1);

  @Test
  void findsTheLongestPrefixWhateverTheOrder() {
    for (List<Mount> order : List.of(List.of(root, v1, vips), List.of(vips, root, v1))) {
      Routes routes = new Routes(order);

      assertThat(routes.find("/v1/vips")).isSameAs(vips);
      assertThat(routes.find("/v1/vips/web")).isSameAs(vips);
      assertThat(routes.find("/v1/other")).isSameAs(v1);
      assertThat(routes.find("/")).isSameAs(root);
    }
  }

  @Test
  void comparesWholeSegments() {
    Routes routes = new Routes(List.of(v1, vips));

    assertThat(routes.find("/v1")).isSameAs(v1);
    assertThat(routes.find("/v1/")).isSameAs(v1);
    assertThat(routes.find("/v10")).isNull();
    assertThat(routes.find("/v1/vipsandmore")).isSameAs(v1);
    assertThat(routes.find("//v1")).isNull();
    assertThat(routes.find("/")).isNull();
  }
}
