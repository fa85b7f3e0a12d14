// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The options of a VIP that labels beside its own may set, such as {@code VIP_POLICY_0}. */
enum OptionLabel {
  POLICY("p2c, p2c-least, round-robin, least-connections, random or maglev") {
    @Override
    @Nullable String canonical(String text) {
      return POLICIES.containsKey(text) ? text : null;
    }

    @Override
    ServiceOptions set(ServiceOptions options, String value) {
      return options.with(POLICIES.getOrDefault(value, options.policy()));
    }
  },

  AFFINITY("seconds up to " + ServiceOptions.MAX_AFFINITY.toSeconds() + ", true or false") {
    @Override
    @Nullable String canonical(String text) {
      if (text.equals("true")) {
        return Long.toString(ServiceOptions.DEFAULT_AFFINITY.toSeconds());
      }
      return text.equals("false")
          ? "0"
          : number(text, 0, (int) ServiceOptions.MAX_AFFINITY.toSeconds());
    }

    @Override
    ServiceOptions set(ServiceOptions options, String value) {
      return options.withAffinity(Duration.ofSeconds(Integer.parseInt(value)));
    }
  },

  LOCALITY("none, prefer-node, prefer-zone or strict-node") {
    @Override
    @Nullable String canonical(String text) {
      return LOCALITIES.containsKey(text) ? text : null;
    }

    @Override
    ServiceOptions set(ServiceOptions options, String value) {
      return options.with(LOCALITIES.getOrDefault(value, options.locality()));
    }
  },

  PROXY("v1, v2 or none") {
    @Override
    @Nullable String canonical(String text) {
      return HEADERS.containsKey(text) ? text : null;
    }

    @Override
    ServiceOptions set(ServiceOptions options, String value) {
      return options.with(HEADERS.getOrDefault(value, options.proxyHeader()));
    }
  },

  CONNECTIONS("a number from 1") {
    @Override
    @Nullable String canonical(String text) {
      return number(text, 1, ServiceOptions.UNLIMITED);
    }

    @Override
    ServiceOptions set(ServiceOptions options, String value) {
      return options.withLimits(Integer.parseInt(value), options.maxConnectionsPerBackend());
    }
  },

  BACKEND_CONNECTIONS("a number from 1") {
    @Override
    @Nullable String canonical(String text) {
      return number(text, 1, ServiceOptions.UNLIMITED);
    }

    @Override
    ServiceOptions set(ServiceOptions options, String value) {
      return options.withLimits(options.maxConnections(), Integer.parseInt(value));
    }
  };

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

  private static final Map<String, OptionLabel> BY_ATTRIBUTE =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(OptionLabel::attribute, option -> option));

  private final String expected;

  OptionLabel(String expected) {
    this.expected = expected;
  }

  /** The option that an attribute of a back end is for, or null. */
  static @Nullable OptionLabel of(String attribute) {
    return BY_ATTRIBUTE.get(attribute);
  }

  /** What the attribute of a back end is called. */
  String attribute() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What would be understood, for a person. */
  String expected() {
    return expected;
  }

  /** The one way of writing a value, or null for what is none; upper case counts as lower. */
  @Nullable String read(String text) {
    return canonical(text.toLowerCase(Locale.ROOT));
  }

  abstract @Nullable String canonical(String text);

  /** The options with this one set to a value that {@link #read} returned. */
  abstract ServiceOptions set(ServiceOptions options, String value);

  private static @Nullable String number(String text, int least, int most) {
    if (!text.matches("[0-9]{1,10}")) {
      return null;
    }
    long number = Long.parseLong(text);
    return number >= least && number <= most ? Long.toString(number) : null;
  }
}
