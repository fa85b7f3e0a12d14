// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.http.HttpResponse.Event;
import org.junit.jupiter.api.Test;

class EventTextTest {

  @Test
  void writesTypeAndData() {
    assertThat(EventText.of(new Event("change", "{}"))).isEqualTo("event: change\ndata: {}\n\n");
    assertThat(EventText.of(new Event("", "{}"))).isEqualTo("data: {}\n\n");
  }

  @Test
  void splitsDataAtEveryKindOfLineBreak() {
    assertThat(EventText.of(new Event("", "a\nb\r\nc\rd")))
        .isEqualTo("data: a\ndata: b\ndata: c\ndata: d\n\n");
    assertThat(EventText.of(new Event("", "a\n"))).isEqualTo("data: a\ndata: \n\n");
    assertThat(EventText.of(new Event("", "a\r\n"))).isEqualTo("data: a\ndata: \n\n");
    assertThat(EventText.of(new Event("", ""))).isEqualTo("data: \n\n");
  }

  @Test
  void keepsDataFromForgingFields() {
    assertThat(EventText.of(new Event("", "x\n\nevent: forged")))
        .isEqualTo("data: x\ndata: \ndata: event: forged\n\n");
  }

  @Test
  void refusesTypesThatWouldForgeFields() {
    assertThatThrownBy(() -> EventText.of(new Event("a\ndata: forged", "")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
