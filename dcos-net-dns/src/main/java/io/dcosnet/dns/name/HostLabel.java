// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * The parts of the name that belongs to one task alone, {@code <task>-<hash>-<agent>}: a short hash
 * of the task id and the end of the agent id keep the instances of one service apart.
 *
 * <p><b>Immutable.</b> Every method is a pure function.
 *
 * @see <a href="https://github.com/mesosphere/mesos-dns">mesosphere/mesos-dns records</a>
 */
public final class HostLabel {

  /** Characters of the hash; 25 bits keep the instances of one service apart well enough. */
  public static final int HASH_LENGTH = 5;

  private HostLabel() {}

  /** The first characters of the zbase32 form of the SHA-1 of the task id in UTF-8. */
  public static String taskHash(String taskId) {
    return Zbase32.encode(sha1().digest(Utf8.encode(taskId)), HASH_LENGTH);
  }

  /** What stands behind the last dash of the agent id, in lower case. */
  public static String agentTail(String agentId) {
    return agentId.substring(agentId.lastIndexOf('-') + 1).toLowerCase(Locale.ROOT);
  }

  /** What stands behind the task in the name: {@code -<hash>-<agent>}. */
  public static String suffix(String taskId, String agentId) {
    return "-" + taskHash(taskId) + "-" + agentTail(agentId);
  }

  /**
   * The task part that leaves room for {@code suffix} in its label. Mesos-DNS writes labels over 63
   * octets here, which no query can reach; we shorten the task and keep hash and agent whole.
   *
   * @param task a label, or labels joined by dots, of which the last one gives way
   * @return {@code task} itself when it fits, when that label is none as it stands, or when the
   *     suffix alone is too long
   */
  public static String shortenBefore(String suffix, String task) {
    int dotInSuffix = suffix.indexOf('.');
    String joined = dotInSuffix < 0 ? suffix : suffix.substring(0, dotInSuffix);
    int room = DomainName.MAX_LABEL_OCTETS - Utf8.encode(joined).length;
    int start = task.lastIndexOf('.') + 1;
    String last = task.substring(start);
    return room < 0 ? task : task.substring(0, start) + fit(last, room);
  }

  /**
   * The task part that leaves room for the underscore of a service name.
   *
   * @param task a label, or labels joined by dots, of which the first one gives way
   * @return {@code task} itself when it fits, or when that label is none as it stands
   */
  public static String shortenBehindUnderscore(String task) {
    int dot = task.indexOf('.');
    String first = dot < 0 ? task : task.substring(0, dot);
    return fit(first, DomainName.MAX_LABEL_OCTETS - 1) + task.substring(first.length());
  }

  /** Cuts between characters and leaves no dash at the cut; what is no label is left alone. */
  private static String fit(String label, int octets) {
    int length = label.length() <= octets / 3 ? 0 : Utf8.encode(label).length;
    if (length <= octets || length > DomainName.MAX_LABEL_OCTETS) {
      return label;
    }
    int end = 0;
    int used = 0;
    while (used <= octets) {
      int point = label.codePointAt(end);
      used += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      end += used <= octets ? Character.charCount(point) : 0;
    }
    while (end > 0 && label.charAt(end - 1) == '-') {
      end--;
    }
    return label.substring(0, end);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-1", e);
    }
  }
}
