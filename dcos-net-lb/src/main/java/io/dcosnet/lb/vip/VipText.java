// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.net.DcosLabel;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.internal.Shown;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the value of a VIP label says: {@code /web:80}, {@code web:80}, {@code 1.2.3.4:80}, {@code
 * [fd01:c::5]:80}. Everything before the last colon is an address or else a name, which is made
 * canonical, so that {@code /web}, {@code web} and {@code WEB} are one VIP ({@code dcos/dcos-net
 * dcos_l4lb_mesos_poller.erl} keeps them apart although they share a DNS name).
 *
 * <p><b>Immutable.</b>
 */
public sealed interface VipText {

  /** No name or address, or only one that canonical form leaves nothing of. */
  String EMPTY_NAME = "VIP_EMPTY_NAME";

  /** Meant as an address by its looks, but none. */
  String BAD_ADDRESS = "VIP_BAD_ADDRESS";

  /** An address that can be no VIP. */
  String FORBIDDEN_ADDRESS = "VIP_FORBIDDEN_ADDRESS";

  /** No colon. */
  String NO_PORT = "VIP_NO_PORT";

  /** What follows the last colon is no port. */
  String BAD_PORT = "VIP_BAD_PORT";

  /** Too long, or with control characters. */
  String BAD_TEXT = "VIP_BAD_TEXT";

  /** The name with its zone would not fit into DNS. */
  String NAME_TOO_LONG = "VIP_NAME_TOO_LONG";

  /** A name needs the framework's name behind it, and the framework is not known. */
  String NO_FRAMEWORK = "VIP_NO_FRAMEWORK";

  /** Longest label value in octets of UTF-8. */
  int MAX_LENGTH = 1024;

  /** Longest DNS name in text form. */
  int MAX_NAME_LENGTH = 253;

  /**
   * A VIP. Either {@code name} or {@code address} is null.
   *
   * @param name canonical
   * @param port 1-65535
   * @param remark what was odd though understood, or null
   */
  record Accepted(
      @Nullable String name, @Nullable IpAddress address, int port, @Nullable String remark)
      implements VipText {

    /** The key under this protocol. */
    public VipKey key(Protocol protocol) {
      return new VipKey(protocol, name, address, port);
    }
  }

  /**
   * No VIP.
   *
   * @param code one of the constants of {@link VipText}
   * @param detail what was found and what was expected
   */
  record Refused(String code, String detail) implements VipText {}

  /**
   * Reads one label value.
   *
   * @param framework name of the task's framework, null when it is not known
   */
  static VipText read(String text, @Nullable String framework, VipRules rules) {
    int octets = Shown.octets(text, MAX_LENGTH);
    if (octets > MAX_LENGTH) {
      return new Refused(BAD_TEXT, octets + " octets (expected: at most " + MAX_LENGTH + ")");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      return new Refused(BAD_TEXT, "a control character (expected: name:port or address:port)");
    }
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new Refused(NO_PORT, Shown.quoted(text) + " (expected: name:port or address:port)");
    }
    String host = text.substring(0, colon);
    String digits = text.substring(colon + 1);
    int port = port(digits);
    if (port < 0) {
      return new Refused(
          BAD_PORT, Shown.quoted(text) + " (expected: a port 1-65535 behind the colon)");
    }
    String remark =
        digits.charAt(0) == '0' ? Shown.quoted(text) + ": leading zeros in the port" : null;
    Optional<IpAddress> address = IpAddress.tryParse(withoutBrackets(host));
    if (address.isPresent() && (address.get().isIpv6() || !host.startsWith("["))) {
      return addressed(address.get(), port, remark, rules);
    }
    return looksLikeAddress(host)
        ? new Refused(
            BAD_ADDRESS, Shown.quoted(host) + " (expected: an address, or a name like /web)")
        : named(host, port, remark, framework, rules);
  }

  /**
   * The canonical form of a VIP name with its framework, as in {@code /Web_1.marathon}; empty when
   * it has none.
   */
  static Optional<String> canonicalName(String nameAndFramework) {
    String name = DcosLabel.domainFragment(nameAndFramework);
    return isUsable(name) ? Optional.of(name) : Optional.empty();
  }

  private static VipText addressed(
      IpAddress address, int port, @Nullable String remark, VipRules rules) {
    Optional<String> refusal = rules.refusal(address);
    if (refusal.isPresent()) {
      return new Refused(FORBIDDEN_ADDRESS, address + " " + refusal.get());
    }
    return new Accepted(null, address, port, remark);
  }

  private static VipText named(
      String label, int port, @Nullable String remark, @Nullable String framework, VipRules rules) {
    String first = DcosLabel.domainFragment(label);
    if (!isUsable(first)) {
      return new Refused(
          EMPTY_NAME, Shown.quoted(label) + " leaves an empty label (expected: letters or digits)");
    }
    if (framework == null) {
      return new Refused(NO_FRAMEWORK, "the framework of " + Shown.quoted(label) + " is not known");
    }
    String second = DcosLabel.domainFragment(framework);
    if (!isUsable(second)) {
      return new Refused(
          EMPTY_NAME,
          "framework name "
              + Shown.quoted(framework)
              + " leaves an empty label (expected: a name)");
    }
    String name = first + "." + second;
    int length = name.length() + 1 + rules.zone().length();
    if (length > MAX_NAME_LENGTH) {
      return new Refused(
          NAME_TOO_LONG,
          length + " characters with its zone (expected: at most " + MAX_NAME_LENGTH + ")");
    }
    if (IpAddress.tryParse(name).isPresent()) {
      return new Refused(BAD_ADDRESS, name + " reads as an address (expected: a name)");
    }
    return new Accepted(name, null, port, remark);
  }

  private static boolean isUsable(String name) {
    return !name.isEmpty() && !name.startsWith(".") && !name.endsWith(".") && !name.contains("..");
  }

  /** Minus one for anything but ASCII digits that make 1-65535. */
  private static int port(String digits) {
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = Math.min(value * 10 + (c - '0'), 65536);
    }
    return value >= 1 && value <= 65535 ? value : -1;
  }

  /**
   * A slip in an address must not quietly become a name: brackets, two colons or more, or a last
   * part of digits only, as in {@code 1.2.3}. With a slash before it, as in {@code /web-1.0} or
   * {@code /2048}, it is meant as a name.
   */
  private static boolean looksLikeAddress(String host) {
    if (host.startsWith("[") || host.indexOf(':') != host.lastIndexOf(':')) {
      return true;
    }
    String last = host.substring(host.lastIndexOf('.') + 1);
    return !host.startsWith("/")
        && !last.isEmpty()
        && last.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String withoutBrackets(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }
}
