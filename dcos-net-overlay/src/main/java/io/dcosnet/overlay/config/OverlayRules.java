// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import io.dcosnet.api.net.Cidr;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What makes each overlay right by itself. <b>Confined to</b> the thread that checks. */
final class OverlayRules {

  /** Leaves room for the two characters of {@code m-} and {@code d-} in a device name. */
  static final int MAX_NAME = 13;

  /** More agents than VTEP MAC addresses can tell apart. */
  private static final int MAX_PIECES_BITS = 24;

  private static final int MAX_POOLS = 64;

  /** Names that mean something else to Docker and Mesos. */
  private static final Set<String> TAKEN = Set.of("host", "bridge", "default", "none");

  /** What CNI allows as the name of a network. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

  private static final Pattern POOL_ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");

  private final Findings findings;
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> namesByLowerCase = new HashMap<>();

  private OverlayRules(Findings findings) {
    this.findings = findings;
  }

  static void check(List<OverlayConfig.Builder> overlays, Findings findings) {
    if (overlays.isEmpty() && !findings.isUnreadable("overlays")) {
      findings.problem("NO_OVERLAYS", "overlays", "none", "at least one overlay");
    }
    OverlayRules rules = new OverlayRules(findings);
    for (int i = 0; i < overlays.size(); i++) {
      String at = "overlays[" + i + "]";
      OverlayConfig.Builder overlay = overlays.get(i);
      rules.name(at + ".name", overlay.name);
      rules.families(at, overlay);
      rules.pools(at + ".pools", overlay);
    }
  }

  private void name(String option, @Nullable String name) {
    if (name == null) {
      if (!findings.isUnreadable(option)) {
        findings.problem("MISSING", option, "missing", "a name of 1-" + MAX_NAME + " characters");
      }
      return;
    }
    if (!isName(name)) {
      findings.problem("BAD_NAME", option, name, "1-" + MAX_NAME + " characters of " + NAME);
    } else if (TAKEN.contains(name)) {
      findings.problem("TAKEN_NAME", option, name, "none of bridge, default, host, none");
    }
    if (!names.add(name)) {
      findings.problem("DUPLICATE_NAME", option, name, "a name that no other overlay has");
      return;
    }
    String other = namesByLowerCase.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
    if (other != null) {
      findings.warning("SIMILAR_NAME", option, name, "more difference to overlay " + other);
    }
  }

  private void families(String at, OverlayConfig.Builder overlay) {
    boolean unreadable =
        findings.isUnreadable(at + ".subnet") || findings.isUnreadable(at + ".subnet6");
    if (overlay.subnet == null && overlay.subnet6 == null && !unreadable) {
      findings.problem("MISSING", at + ".subnet", "missing", "a subnet or a subnet6");
    }
    family(at, "", overlay.subnet, overlay.prefix, overlay.pools.size());
    family(at, "6", overlay.subnet6, overlay.prefix6, overlay.pools.size());
    for (int i = 0; i < overlay.reserved.size(); i++) {
      Cidr range = overlay.reserved.get(i);
      if (!isInside(range, overlay.subnet) && !isInside(range, overlay.subnet6)) {
        findings.problem(
            "RESERVED_OUTSIDE", at + ".reserved[" + i + "]", range, "a range inside the overlay");
      }
    }
  }

  private static boolean isInside(Cidr range, @Nullable Cidr subnet) {
    return subnet != null && subnet.contains(range);
  }

  private void family(
      String at, String suffix, @Nullable Cidr subnet, @Nullable Integer prefix, int pools) {
    String subnetOption = at + ".subnet" + suffix;
    String prefixOption = at + ".prefix" + suffix;
    boolean ipv4 = suffix.isEmpty();
    if (subnet == null) {
      if (prefix != null && !findings.isUnreadable(subnetOption)) {
        findings.warning("UNUSED", prefixOption, prefix, "a subnet" + suffix + " beside it");
      }
      return;
    }
    if (!ConfigRules.isFamily(findings, subnetOption, subnet, ipv4)) {
      return;
    }
    if (prefix == null) {
      if (!findings.isUnreadable(prefixOption)) {
        findings.problem(
            "MISSING", prefixOption, "missing", "the length of the piece that one agent gets");
      }
      return;
    }
    int longest = (ipv4 ? 30 : 126) - bitsFor(pools);
    if (prefix < subnet.length() || prefix > longest) {
      String expected = subnet.length() + "-" + longest + " with " + pools + " pools";
      if (subnet.length() > longest) {
        expected = "a subnet of at most " + longest + " bits with " + pools + " pools";
      }
      findings.problem("PREFIX_RANGE", prefixOption, prefix, expected);
    } else if (ipv4 && prefix - subnet.length() > MAX_PIECES_BITS) {
      findings.problem(
          "TOO_MANY_PIECES",
          prefixOption,
          prefix,
          "at most " + (subnet.length() + MAX_PIECES_BITS) + ", for 2^24 agents");
    }
  }

  private void pools(String at, OverlayConfig.Builder overlay) {
    int count = overlay.pools.size();
    if (Integer.bitCount(count) != 1 || count > MAX_POOLS) {
      if (!findings.isUnreadable(at)) {
        findings.problem("POOL_COUNT", at, count, "a power of two, 1-" + MAX_POOLS);
      }
    }
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < count; i++) {
      PoolConfig pool = overlay.pools.get(i);
      String option = at + "[" + i + "].id";
      if (!POOL_ID.matcher(pool.id()).matches()) {
        if (!findings.isUnreadable(option)) {
          findings.problem("POOL_ID", option, pool.id(), POOL_ID.pattern());
        }
      } else if (!ids.add(pool.id())) {
        findings.problem("POOL_ID", option, pool.id(), "an id of its own");
      }
      if (overlay.name != null
          && isName(overlay.name)
          && !ConfigRules.isDeviceName(pool.bridge() + overlay.name)) {
        findings.problem(
            "BRIDGE_NAME",
            at + "[" + i + "].bridge",
            pool.bridge(),
            "with the overlay's name at most "
                + ConfigRules.MAX_DEVICE_NAME
                + " characters of "
                + NAME);
      }
    }
  }

  private static boolean isName(String name) {
    return name.length() <= MAX_NAME && NAME.matcher(name).matches();
  }

  private static int bitsFor(int pools) {
    return pools <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(pools - 1);
  }
}
