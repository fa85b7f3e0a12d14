// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the key of a label means to us. <b>Immutable.</b>
 *
 * @param index what ties the labels of one VIP together, such as {@code 0} of {@code VIP_0} and
 *     {@code VIP_WEIGHT_0}; empty when the key has none
 */
record VipLabelKey(Kind kind, String index) {

  enum Kind {
    /** On a discovery port: the value is a VIP. */
    VIP,
    /** On a task: the value is a protocol and a VIP, the index counts the task's host ports. */
    VIP_OF_TASK_PORT,
    WEIGHT,
    POLICY,
    AFFINITY,
    LOCALITY,
    PROXY,
    CHECK,
    CONNECTIONS,
    BACKEND_CONNECTIONS,
    /** Begins like a VIP label, and is none. */
    UNKNOWN,
    OTHER;

    boolean isOption() {
      return switch (this) {
        case VIP, VIP_OF_TASK_PORT, UNKNOWN, OTHER -> false;
        default -> true;
      };
    }
  }

  private static final VipLabelKey OTHER = new VipLabelKey(Kind.OTHER, "");

  // The UUID is how services of the DC/OS SDK number their VIPs; recorded states have them.
  private static final Pattern VIP =
      Pattern.compile("vip(?:_?(\\d+)|_(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}))?");
  private static final Pattern TASK_PORT = Pattern.compile("vip_port(\\d+)");
  private static final Pattern OPTION =
      Pattern.compile(
          "vip_(weight|policy|affinity|locality|proxy|check|connections|backend_connections)(?:_(.+))?");

  static VipLabelKey of(String key) {
    if (!key.regionMatches(true, 0, "vip", 0, 3)) {
      return OTHER;
    }
    String lower = key.toLowerCase(Locale.ROOT);
    Matcher taskPort = TASK_PORT.matcher(lower);
    if (taskPort.matches()) {
      return new VipLabelKey(Kind.VIP_OF_TASK_PORT, taskPort.group(1));
    }
    Matcher option = OPTION.matcher(lower);
    if (option.matches()) {
      Kind kind = Kind.valueOf(option.group(1).toUpperCase(Locale.ROOT));
      return new VipLabelKey(kind, orEmpty(option.group(2)));
    }
    Matcher vip = VIP.matcher(lower);
    if (vip.matches()) {
      String number = vip.group(1);
      return new VipLabelKey(Kind.VIP, number != null ? number : orEmpty(vip.group(2)));
    }
    return new VipLabelKey(Kind.UNKNOWN, "");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
