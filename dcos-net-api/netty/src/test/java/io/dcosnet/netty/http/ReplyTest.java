// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.netty.http.Reply.Asked;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {

  private static final String DATE = "Thu, 01 Jan 2026 00:00:00 GMT";
  private static final Asked HTTP_11 = new Asked(false, true, true);
  private static final Asked HTTP_10 = new Asked(false, false, true);
  private static final Asked HEAD = new Asked(true, true, true);

  @Test
  void addsLengthAndDate() {
    Reply reply = Reply.of(HttpResponse.json(200, "{\"a\":\"é\"}"), HTTP_11, DATE);

    assertThat(reply.headers().get("content-length")).isEqualTo("10");
    assertThat(reply.headers().get("date")).isEqualTo(DATE);
    assertThat(reply.headers().contains("connection")).isFalse();
    assertThat(reply.closes()).isFalse();
  }

  @Test
  void keepsTheFramingToItself() {
    Map<String, String> contradicting =
        Map.of("Content-Length", "7", "Transfer-Encoding", "gzip", "Connection", "upgrade");
    HttpResponse response = HttpResponse.of(200, contradicting, Bytes.utf8("abc"));

    Reply reply = Reply.of(response, HTTP_11, DATE);

    assertThat(reply.headers().getAll("content-length")).containsExactly("3");
    assertThat(reply.headers().contains("transfer-encoding")).isFalse();
    assertThat(reply.headers().contains("connection")).isFalse();
  }

  @Test
  void leavesOutTheBodyOfHeadButTellsItsLength() {
    Reply reply = Reply.of(HttpResponse.text(200, "four"), HEAD, DATE);

    assertThat(reply.body()).isEqualTo(Bytes.EMPTY);
    assertThat(reply.headers().get("content-length")).isEqualTo("4");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void sendsNoBodyWhereTheStatusHasNone(int status) {
    Reply reply = Reply.of(HttpResponse.text(status, "never"), HTTP_11, DATE);

    assertThat(reply.body()).isEqualTo(Bytes.EMPTY);
    assertThat(reply.headers().contains("content-length")).isFalse();
  }

  @Test
  void streamsInChunksOrUntilTheEndOfTheConnection() {
    HttpResponse events = HttpResponse.events(subscriber -> {});

    Reply modern = Reply.of(events, HTTP_11, DATE);
    Reply old = Reply.of(events, HTTP_10, DATE);

    assertThat(modern.streams()).isTrue();
    assertThat(modern.closes()).isFalse();
    assertThat(modern.headers().get("transfer-encoding")).isEqualTo("chunked");
    assertThat(old.streams()).isTrue();
    assertThat(old.closes()).isTrue();
    assertThat(old.headers().contains("transfer-encoding")).isFalse();
    assertThat(old.headers().get("connection")).isEqualTo("close");
  }

  @Test
  void answersHeadOfAStreamWithoutOne() {
    Reply reply = Reply.of(HttpResponse.events(subscriber -> {}), HEAD, DATE);

    assertThat(reply.streams()).isFalse();
    assertThat(reply.headers().contains("transfer-encoding")).isFalse();
    assertThat(reply.headers().get("content-type")).isEqualTo("text/event-stream");
  }

  @Test
  void tellsOldClientsThatTheConnectionStays() {
    Reply reply = Reply.of(HttpResponse.text(200, ""), HTTP_10, DATE);

    assertThat(reply.headers().get("connection")).isEqualTo("keep-alive");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 100, 101, 199, 600, 1000})
  void refusesStatusesThatAreNoAnswer(int status) {
    assertThatThrownBy(() -> Reply.of(HttpResponse.text(status, ""), HTTP_11, DATE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nset-cookie: x", "a\nb", "a\0b"})
  void refusesValuesThatWouldAddHeaders(String value) {
    HttpResponse response = HttpResponse.of(200, Map.of("x-test", value), Bytes.EMPTY);

    assertThatThrownBy(() -> Reply.of(response, HTTP_11, DATE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
