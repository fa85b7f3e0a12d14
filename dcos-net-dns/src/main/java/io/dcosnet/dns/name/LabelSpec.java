// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

/**
 * The three rules by which DC/OS turns free text into a DNS label. Names are an interface that
 * running applications hold on to, so each rule keeps its predecessor's behaviour to the last
 * character, oddities among it.
 *
 * <p>All rules lower the case of {@code A-Z}, keep {@code a-z 0-9}, write {@code -} for {@code - .
 * _} and drop every other character. They differ in what happens at the ends and where the text is
 * too long.
 *
 * <p><b>Immutable.</b> Every method is a pure function.
 *
 * @see <a href="https://github.com/mesosphere/mesos-dns">mesosphere/mesos-dns records/labels</a>
 * @see <a href="https://github.com/dcos/mesos_state">dcos/mesos_state mesos_state:label</a>
 */
public enum LabelSpec {

  /** Mesos-DNS by default: at most 63 characters. May end in a dash when the cut fell on dashes. */
  RFC1123(63, false),

  /** Mesos-DNS with {@code EnforceRFC952}: at most 24 characters, digits in front are dropped. */
  RFC952(24, true),

  /** dcos-net, for names in {@code thisdcos.directory}: at most 63, never ends in a dash. */
  DCOS(63, false);

  private final int maxLength;
  private final boolean letterFirst;

  LabelSpec(int maxLength, boolean letterFirst) {
    this.maxLength = maxLength;
    this.letterFirst = letterFirst;
  }

  /** Longest label in characters, all of which are ASCII. */
  public int maxLength() {
    return maxLength;
  }

  /**
   * The label for {@code name}; empty when nothing of it can be kept.
   *
   * @param name any text
   */
  public String label(String name) {
    char[] kept = new char[name.length()];
    int length = 0;
    for (int i = 0; i < name.length(); i++) {
      char mapped = map(name.charAt(i));
      boolean inFront = length == 0 && isCutInFront(mapped);
      if (mapped != 0 && !inFront) {
        kept[length++] = mapped;
      }
    }
    return this == DCOS ? fitWithoutDashes(kept, length) : fit(kept, length);
  }

  /**
   * Labels joined by dots, one for each part of {@code name} between dots; parts of which nothing
   * is kept are left out. Mesos-DNS names frameworks like this.
   */
  public String domainFragment(String name) {
    return join(name, true);
  }

  /**
   * As {@link #domainFragment}, but only parts that are empty from the start are left out: {@code
   * a.%.b} becomes {@code a..b}, which no DNS name can hold. dcos-net names VIPs like this.
   */
  public String domainFragmentKeepingLost(String name) {
    return join(name, false);
  }

  private String join(String name, boolean dropLost) {
    StringBuilder joined = new StringBuilder(name.length());
    boolean first = true;
    int start = 0;
    while (start <= name.length()) {
      int dot = name.indexOf('.', start);
      int end = dot < 0 ? name.length() : dot;
      String label = label(name.substring(start, end));
      boolean dropped = end == start || (dropLost && label.isEmpty());
      if (!dropped) {
        if (!first) {
          joined.append('.');
        }
        joined.append(label);
        first = false;
      }
      start = end + 1;
    }
    return joined.toString();
  }

  private static char map(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      return c;
    }
    if (c >= 'A' && c <= 'Z') {
      return (char) (c + ('a' - 'A'));
    }
    return c == '-' || c == '.' || c == '_' ? '-' : 0;
  }

  private boolean isCutInFront(char mapped) {
    return mapped == '-' || (letterFirst && mapped >= '0' && mapped <= '9');
  }

  /** The rule of Mesos-DNS; where a cut falls on dashes, the text behind them moves up. */
  private String fit(char[] text, int length) {
    int size = Math.min(length, maxLength);
    int head = size;
    while (head > 0 && text[head - 1] == '-') {
      head--;
    }
    if (head == size) {
      return new String(text, 0, size);
    }
    int tail = size;
    while (tail < length && text[tail] == '-') {
      tail++;
    }
    int moved = Math.min(length - tail, size - head);
    System.arraycopy(text, tail, text, head, moved);
    return new String(text, 0, head + moved);
  }

  /** The rule of dcos-net; where a cut falls on dashes, only letters and digits move up. */
  private String fitWithoutDashes(char[] text, int length) {
    int end = Math.min(length, maxLength);
    while (end > 0 && text[end - 1] == '-') {
      end--;
    }
    for (int i = maxLength; i < length && end < maxLength; i++) {
      if (text[i] != '-') {
        text[end++] = text[i];
      }
    }
    return new String(text, 0, end);
  }
}
