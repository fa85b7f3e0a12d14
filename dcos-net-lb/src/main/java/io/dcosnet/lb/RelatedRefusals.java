// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipExplanation.Published;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which of all refusals have to do with one VIP: its own, those of tasks that have a part in it,
 * and those of labels that name it but cannot be read. Looks at each refusal once.
 *
 * <p><b>Confined to</b> one thread.
 */
final class RelatedRefusals {

  /** Most that are shown of one VIP. */
  static final int MOST = 100;

  private final VipKey key;
  private final String text;
  private final String label;
  private final Set<String> tasks = new HashSet<>();

  RelatedRefusals(VipKey key, List<Published> published) {
    this.key = key;
    text = key.toString();
    label = label(key);
    published.forEach(one -> tasks.add(one.task().taskId()));
  }

  /** The first of them, in their order. */
  List<Rejection> among(List<Rejection> all) {
    List<Rejection> related = new ArrayList<>();
    for (Rejection one : all) {
      boolean isRelated =
          one.kind().equals("label") ? ofTask(one.subject()) || names(one) : ofVip(one.subject());
      if (isRelated && related.size() < MOST) {
        related.add(one);
      }
    }
    return related;
  }

  private boolean ofVip(String subject) {
    return subject.equals(key.host())
        || (subject.startsWith(text)
            && (subject.length() == text.length() || subject.charAt(text.length()) == ' '));
  }

  /** A task and its label, either of which may have spaces. */
  private boolean ofTask(String subject) {
    for (int at = subject.indexOf(' '); at >= 0; at = subject.indexOf(' ', at + 1)) {
      if (tasks.contains(subject.substring(0, at))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the text of the label, which comes first in quotation marks, means this VIP. */
  private boolean names(Rejection refused) {
    String detail = refused.detail();
    int end = detail.startsWith("\"") ? detail.indexOf('"', 1) : -1;
    if (end < 0) {
      return false;
    }
    String written = detail.substring(1, end).toLowerCase(Locale.ROOT);
    int colon = written.lastIndexOf(':');
    return meant(written) || (colon >= 0 && meant(written.substring(0, colon)));
  }

  private boolean meant(String written) {
    return written.replaceAll("^/+|[\\[\\]]", "").equals(label);
  }

  /** What a label of a task has of the name: all but the framework's. */
  private static String label(VipKey key) {
    String host = key.host();
    int dot = key.name() == null ? -1 : host.lastIndexOf('.');
    return dot < 0 ? host : host.substring(0, dot);
  }
}
