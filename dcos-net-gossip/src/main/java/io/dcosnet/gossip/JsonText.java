// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

/** Writes JSON, without blanks. <b>Not thread-safe.</b> */
final class JsonText {

  private final StringBuilder out = new StringBuilder();
  private boolean comma;

  JsonText beginObject() {
    separate();
    out.append('{');
    comma = false;
    return this;
  }

  void endObject() {
    out.append('}');
    comma = true;
  }

  JsonText beginArray() {
    separate();
    out.append('[');
    comma = false;
    return this;
  }

  void endArray() {
    out.append(']');
    comma = true;
  }

  /** The value follows. */
  JsonText name(String name) {
    separate();
    quote(name);
    out.append(':');
    comma = false;
    return this;
  }

  void field(String name, String value) {
    name(name);
    quote(value);
    comma = true;
  }

  void field(String name, long value) {
    name(name);
    out.append(value);
    comma = true;
  }

  private void separate() {
    if (comma) {
      out.append(',');
    }
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
