// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpValuesTest {

  @Test
  void requestsKeepTheOrderOfParameters() {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (String name : List.of("z", "y", "x", "b", "a")) {
      query.put(name, List.of(name));
    }

    HttpRequest request = request(query, Map.of());

    assertThat(request.query().keySet()).containsExactly("z", "y", "x", "b", "a");
    assertThat(request.parameter("x")).hasValue("x");
    assertThat(request.parameter("absent")).isEmpty();
  }

  @Test
  void requestsFindHeadersInAnyCase() {
    HttpRequest request = request(Map.of(), Map.of("X-Some", List.of("1", "2")));

    assertThat(request.header("x-sOME")).hasValue("1");
    assertThat(request.headers()).containsOnlyKeys("x-some");
  }

  @Test
  void requestsDoNotChangeWithWhatTheyWereMadeOf() {
    List<String> values = new ArrayList<>(List.of("1"));
    Map<String, List<String>> query = new LinkedHashMap<>(Map.of("a", values));
    HttpRequest request = request(query, query);

    values.add("2");
    query.clear();

    assertThat(request.query()).containsEntry("a", List.of("1"));
    assertThat(request.headers()).containsEntry("a", List.of("1"));
    assertThatThrownBy(() -> request.query().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void responsesTakeFurtherHeaders() {
    HttpResponse response = HttpResponse.text(405, "no").withHeader("allow", "GET");

    assertThat(response.headers())
        .containsEntry("allow", "GET")
        .containsEntry("content-type", "text/plain; charset=utf-8");
    assertThat(response.body()).isEqualTo(Bytes.utf8("no"));
  }

  private static HttpRequest request(
      Map<String, List<String>> query, Map<String, List<String>> headers) {
    return new HttpRequest("GET", "/", query, headers, Bytes.EMPTY, "test");
  }
}
