// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.MacAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What makes a whole network configuration right. <b>Confined to</b> the thread that checks. */
final class ConfigRules {

  /** Linux takes 16 bytes with the closing zero. */
  static final int MAX_DEVICE_NAME = 15;

  /** Shortest VTEP prefix: the MAC address has room for 24 bits of the address. */
  private static final int MIN_VTEP_PREFIX = 8;

  /** What RFC 8200 §5 demands of every link. */
  private static final int IPV6_MIN_MTU = 1280;

  /** 576 bytes, which every IPv4 host must take, without the lowest overhead (RFC 791). */
  private static final int MIN_MTU = 552;

  private static final int MAX_VNI = (1 << 24) - 1;
  private static final Duration MAX_DURATION = Duration.ofDays(366);
  private static final Pattern DEVICE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

  private final NetworkConfig.Builder draft;
  private final Findings findings;

  private ConfigRules(NetworkConfig.Builder draft, Findings findings) {
    this.draft = draft;
    this.findings = findings;
  }

  /**
   * Checks a draft.
   *
   * @param findings what reading it has found already
   */
  static ConfigCheck check(NetworkConfig.Builder draft, Findings findings) {
    ConfigRules rules = new ConfigRules(draft, findings);
    rules.vtep();
    rules.device();
    rules.times();
    OverlayRules.check(draft.overlays, findings);
    SpaceRules.check(draft, findings);
    if (findings.hasProblems()) {
      return new ConfigCheck(Optional.empty(), findings.problems(), findings.warnings(), List.of());
    }
    NetworkConfig config = new NetworkConfig(draft);
    List<Capacity> capacities = Capacities.of(config, findings);
    Optional<NetworkConfig> result =
        findings.hasProblems() ? Optional.empty() : Optional.of(config);
    return new ConfigCheck(
        result,
        findings.problems(),
        findings.warnings(),
        result.isPresent() ? capacities : List.of());
  }

  private void vtep() {
    Cidr subnet = draft.vtepSubnet;
    if (subnet == null) {
      missing("vtep_subnet", "an IPv4 network such as " + NetworkConfig.DEFAULT_VTEP_SUBNET);
    } else if (isFamily("vtep_subnet", subnet, true)
        && (subnet.length() < MIN_VTEP_PREFIX || subnet.length() > 30)) {
      findings.problem(
          "VTEP_PREFIX", "vtep_subnet", subnet, "a length of " + MIN_VTEP_PREFIX + "-30");
    }
    Cidr subnet6 = draft.vtepSubnet6;
    if (subnet6 != null && isFamily("vtep_subnet6", subnet6, false) && subnet6.length() > 126) {
      findings.problem("VTEP_PREFIX", "vtep_subnet6", subnet6, "a length of at most 126");
    }
    oui(draft.vtepMacOui);
  }

  private void oui(@Nullable MacAddress oui) {
    if (oui == null) {
      missing("vtep_mac_oui", "a MAC address such as " + NetworkConfig.DEFAULT_VTEP_MAC_OUI);
      return;
    }
    if ((oui.bits() & 0xff_ffff) != 0) {
      findings.problem("OUI_LOWER_BITS", "vtep_mac_oui", oui, "the last three bytes 00");
    }
    if (oui.isMulticast()) {
      findings.problem("OUI_MULTICAST", "vtep_mac_oui", oui, "an even first byte");
    }
  }

  private void device() {
    Integer mtu = draft.vtepMtu;
    boolean ipv6 =
        draft.vtepSubnet6 != null
            || draft.overlays.stream().anyMatch(overlay -> overlay.subnet6 != null);
    if (mtu != null && (mtu < MIN_MTU || mtu > 65535)) {
      findings.problem("MTU_RANGE", "vtep_mtu", mtu, MIN_MTU + "-65535");
    } else if (mtu != null && ipv6 && mtu < IPV6_MIN_MTU) {
      findings.problem(
          "MTU_RANGE", "vtep_mtu", mtu, "at least " + IPV6_MIN_MTU + ", as IPv6 is in use");
    }
    if (draft.vni < 1 || draft.vni > MAX_VNI) {
      findings.problem("VNI_RANGE", "vni", draft.vni, "1-" + MAX_VNI);
    }
    String name = draft.vtepName;
    if (name != null && !isDeviceName(name)) {
      findings.problem(
          "VTEP_NAME", "vtep_name", name, "1-" + MAX_DEVICE_NAME + " characters of " + DEVICE_NAME);
    }
    int port = draft.vxlanPort;
    if (port < 1 || port > 65535) {
      findings.problem("PORT_RANGE", "vxlan_port", port, "1-65535");
    } else if (port == 4789 || port == 8472) {
      findings.warning(
          "INTERCEPTED_PORT", "vxlan_port", port, "a port that no hypervisor or SDN listens to");
    }
  }

  private void times() {
    time("reuse_delay", draft.reuseDelay);
    time("delete_guard", draft.deleteGuard);
    time("takeover", draft.takeover);
    time("quorum_wait", draft.quorumWait);
    Duration reclaim = draft.autoReclaimAfter;
    if (reclaim != null) {
      time("auto_reclaim_after", reclaim);
      if (reclaim.compareTo(NetworkConfig.MIN_AUTO_RECLAIM) < 0) {
        findings.problem(
            "RECLAIM_TOO_SOON",
            "auto_reclaim_after",
            reclaim,
            "at least " + NetworkConfig.MIN_AUTO_RECLAIM.toHours() + " h");
      }
    }
  }

  private void time(String option, Duration time) {
    boolean inRange = !time.isNegative() && time.compareTo(MAX_DURATION) <= 0;
    if (!inRange || !Duration.ofMillis(time.toMillis()).equals(time)) {
      findings.problem(
          "DURATION_RANGE",
          option,
          time,
          "whole milliseconds, 0 to " + MAX_DURATION.toDays() + " days");
    }
  }

  private void missing(String option, String expected) {
    if (!findings.isUnreadable(option)) {
      findings.problem("MISSING", option, "missing", expected);
    }
  }

  private boolean isFamily(String option, Cidr subnet, boolean ipv4) {
    return isFamily(findings, option, subnet, ipv4);
  }

  /** False, and a problem, for a network of the other family or of IPv4 in IPv6 clothes. */
  static boolean isFamily(Findings findings, String option, Cidr subnet, boolean ipv4) {
    if (subnet.first().isIpv4() != ipv4) {
      findings.problem(
          "WRONG_FAMILY", option, subnet, ipv4 ? "an IPv4 network" : "an IPv6 network");
      return false;
    }
    if (subnet.overlaps(SpaceRules.IPV4_MAPPED)) {
      findings.problem(
          "IPV4_MAPPED", option, subnet, "no address of " + SpaceRules.IPV4_MAPPED + " in it");
      return false;
    }
    return true;
  }

  static boolean isDeviceName(String name) {
    return name.length() <= MAX_DEVICE_NAME && DEVICE_NAME.matcher(name).matches();
  }
}
