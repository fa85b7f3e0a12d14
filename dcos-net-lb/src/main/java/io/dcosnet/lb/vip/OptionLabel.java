// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An option of a VIP that a label beside its own may set, such as {@code VIP_POLICY_0}.
 * <b>Immutable.</b>
 */
final class OptionLabel {

  private static final Map<String, Policy> POLICIES =
      Map.of(
          "p2c", Policy.P2C_EWMA,
          "p2c-least", Policy.P2C_LEAST,
          "round-robin", Policy.ROUND_ROBIN,
          "least-connections", Policy.LEAST_CONNECTIONS,
          "random", Policy.RANDOM,
          "maglev", Policy.MAGLEV);

  private static final Map<String, Locality> LOCALITIES =
      Map.of(
          "none", Locality.NONE,
          "prefer-node", Locality.PREFER_NODE,
          "prefer-zone", Locality.PREFER_ZONE,
          "strict-node", Locality.STRICT_NODE);

  private static final Map<String, ProxyHeader> HEADERS =
      Map.of("none", ProxyHeader.NONE, "v1", ProxyHeader.V1, "v2", ProxyHeader.V2);

  private static final int MOST_SECONDS = (int) ServiceOptions.MAX_AFFINITY.toSeconds();

  /** All of them. */
  static final List<OptionLabel> ALL =
      List.of(
          word(
              "policy",
              "p2c, p2c-least, round-robin, least-connections, random or maglev",
              POLICIES,
              ServiceOptions::with),
          new OptionLabel(
              "affinity",
              "seconds up to " + MOST_SECONDS + ", true or false",
              OptionLabel::seconds,
              (options, text) -> options.withAffinity(Duration.ofSeconds(Integer.parseInt(text)))),
          word(
              "locality",
              "none, prefer-node, prefer-zone or strict-node",
              LOCALITIES,
              ServiceOptions::with),
          word("proxy", "v1, v2 or none", HEADERS, ServiceOptions::with),
          new OptionLabel(
              "check",
              "tcp, http, http:/path or none",
              OptionLabel::check,
              (options, text) -> {
                Check check = Check.read(text);
                return check == null ? options : options.with(check);
              }),
          limit(
              "connections",
              (options, n) -> options.withLimits(n, options.maxConnectionsPerBackend())),
          limit(
              "backend_connections",
              (options, n) -> options.withLimits(options.maxConnections(), n)));

  private final String attribute;
  private final String expected;
  private final Function<String, @Nullable String> canonical;
  private final BiFunction<ServiceOptions, String, ServiceOptions> setter;

  private OptionLabel(
      String attribute,
      String expected,
      Function<String, @Nullable String> canonical,
      BiFunction<ServiceOptions, String, ServiceOptions> setter) {
    this.attribute = attribute;
    this.expected = expected;
    this.canonical = canonical;
    this.setter = setter;
  }

  private static <T> OptionLabel word(
      String attribute,
      String expected,
      Map<String, T> words,
      BiFunction<ServiceOptions, T, ServiceOptions> setter) {
    return new OptionLabel(
        attribute,
        expected,
        text -> words.containsKey(lower(text)) ? lower(text) : null,
        (options, text) -> {
          T meant = words.get(text);
          return meant == null ? options : setter.apply(options, meant);
        });
  }

  private static OptionLabel limit(
      String attribute, BiFunction<ServiceOptions, Integer, ServiceOptions> setter) {
    return new OptionLabel(
        attribute,
        "a number from 1",
        text -> number(text, 1, ServiceOptions.UNLIMITED),
        (options, text) -> setter.apply(options, Integer.parseInt(text)));
  }

  /** The option that an attribute of a back end is for, or null. */
  static @Nullable OptionLabel of(String attribute) {
    return ALL.stream().filter(one -> one.attribute.equals(attribute)).findFirst().orElse(null);
  }

  /** What a label says for this policy. */
  static String word(Policy policy) {
    return POLICIES.entrySet().stream()
        .filter(one -> one.getValue() == policy)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** What the attribute of a back end is called. */
  String attribute() {
    return attribute;
  }

  /** What would be understood, for a person. */
  String expected() {
    return expected;
  }

  /** The one way of writing a value, or null for what is none; upper case counts as lower. */
  @Nullable String read(String text) {
    return canonical.apply(text);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static @Nullable String check(String text) {
    Check check = Check.read(text);
    return check == null ? null : check.toString();
  }

  /** The options with this one set to a value that {@link #read} returned. */
  ServiceOptions set(ServiceOptions options, String value) {
    return setter.apply(options, value);
  }

  private static @Nullable String seconds(String text) {
    return switch (lower(text)) {
      case "true" -> Long.toString(ServiceOptions.DEFAULT_AFFINITY.toSeconds());
      case "false" -> "0";
      default -> number(text, 0, MOST_SECONDS);
    };
  }

  private static @Nullable String number(String text, int least, int most) {
    if (!text.matches("[0-9]{1,10}")) {
      return null;
    }
    long number = Long.parseLong(text);
    return number >= least && number <= most ? Long.toString(number) : null;
  }
}
