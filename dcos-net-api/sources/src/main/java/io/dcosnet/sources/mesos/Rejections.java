// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one document had to leave out: all of it counted, the first of it kept. What a
 * rejection is about is often known only after it (an id may come last in its object), so it is
 * noted for the open {@link Scope} and named when that closes. <b>Confined to</b> one thread.
 */
final class Rejections {

  /** A thing of the document that is being read. */
  static final class Scope {
    private final @Nullable Scope outer;
    final String kind;
    private String subject = "";

    private Scope(@Nullable Scope outer, String kind) {
      this.outer = outer;
      this.kind = kind;
    }
  }

  private static final int MAX_TEXT = 200;

  private record Draft(Scope scope, String kind, String code, String detail) {}

  private final int limit;
  private final List<Draft> kept = new ArrayList<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private Scope scope = new Scope(null, "state");

  Rejections(int limit) {
    this.limit = limit;
  }

  void open(String kind) {
    scope = new Scope(scope, kind);
  }

  /** Ends what {@link #open} began, with the name that it goes by. */
  void close(String subject) {
    scope.subject = subject;
    Scope outer = scope.outer;
    if (outer == null) {
      throw new IllegalStateException("close without open");
    }
    scope = outer;
  }

  /** Leaves out the open thing itself. */
  void add(String code, String detail) {
    add(scope.kind, code, detail);
  }

  /** Leaves out a part of the open thing. */
  void add(String kind, String code, String detail) {
    counts.merge(code, 1L, Long::sum);
    if (kept.size() < limit) {
      kept.add(new Draft(scope, kind, code, printable(detail)));
    }
  }

  /** Takes over all of a part that was read by itself. */
  void addAll(Rejections part) {
    part.counts.forEach((code, count) -> counts.merge(code, count, Long::sum));
    for (Draft draft : part.kept) {
      if (kept.size() < limit) {
        kept.add(draft);
      }
    }
  }

  List<Rejection> list() {
    List<Rejection> list = new ArrayList<>(kept.size());
    for (Draft draft : kept) {
      list.add(
          new Rejection(
              draft.kind(), printable(draft.scope().subject), draft.code(), draft.detail()));
    }
    return list;
  }

  /** How many of each code, the ones that were not kept included. */
  Map<String, Long> counts() {
    return counts;
  }

  /** What comes from a document may be long and may try to spoil a log. */
  static String printable(String text) {
    StringBuilder clean = null;
    int length = Math.min(text.length(), MAX_TEXT);
    for (int i = 0; i < length; i++) {
      if (Character.isISOControl(text.charAt(i))) {
        clean = clean == null ? new StringBuilder(text.substring(0, length)) : clean;
        clean.setCharAt(i, '\uFFFD');
      }
    }
    String shown = clean != null ? clean.toString() : text.substring(0, length);
    return text.length() > MAX_TEXT ? shown + "…" : shown;
  }
}
