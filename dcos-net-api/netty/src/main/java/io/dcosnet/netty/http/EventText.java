// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.http.HttpResponse.Event;

/** Server-sent events as text (HTML standard, section 9.2.6). Pure. */
final class EventText {

  /** A comment: keeps middle boxes from closing a quiet stream and finds clients that are gone. */
  static final String HEARTBEAT = ":\n\n";

  private EventText() {}

  /**
   * @throws IllegalArgumentException when the type has a line break, which would begin a field
   */
  static String of(Event event) {
    StringBuilder text = new StringBuilder(event.data().length() + 32);
    if (!event.type().isEmpty()) {
      if (event.type().indexOf('\n') >= 0 || event.type().indexOf('\r') >= 0) {
        throw new IllegalArgumentException("event type: has a line break (expected: one line)");
      }
      text.append("event: ").append(event.type()).append('\n');
    }
    String data = event.data();
    int begin = 0;
    for (int i = 0; i <= data.length(); i++) {
      char c = i == data.length() ? '\n' : data.charAt(i);
      if (c == '\n' || c == '\r') {
        text.append("data: ").append(data, begin, i).append('\n');
        if (c == '\r' && i + 1 < data.length() && data.charAt(i + 1) == '\n') {
          i++;
        }
        begin = i + 1;
      }
    }
    return text.append('\n').toString();
  }
}
