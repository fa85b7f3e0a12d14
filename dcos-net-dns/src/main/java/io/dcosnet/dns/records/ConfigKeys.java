// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.EditDistance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of a configuration file of another system, by key. What is wrong with them is gathered
 * rather than thrown, so that a person is told all of it at once; a wrong value counts as missing.
 * Keys count whatever their case.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ConfigKeys {

  /** Port of DNS, where an address of a name server stands without one. */
  private static final int DNS_PORT = 53;

  private static final int FARTHEST_SUGGESTION = 2; // further away it would be a guess

  private static final Pattern ENDPOINT = Pattern.compile("(.+?)(?::([0-9]{1,5}))?");

  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Takes the keys of a document.
   *
   * @param system whose file it is, for messages
   * @param known all keys that mean something
   * @throws ConfigurationException when it is no JSON object
   */
  ConfigKeys(String system, String json, List<String> known) {
    Map<String, String> spellings = new LinkedHashMap<>();
    known.forEach(key -> spellings.put(lower(key), key));
    Map<String, @Nullable Object> document;
    try {
      document = JsonTree.object(json);
    } catch (DecodeException e) {
      throw new ConfigurationException(List.of(system + " configuration: " + e.getMessage()));
    }
    document.forEach(
        (key, value) -> {
          String name = spellings.get(lower(key));
          if (name == null) {
            String hint = suggestion(key, spellings);
            warnings.add(key + ": not a key of " + system + ", ignored" + hint);
          } else if (value != null && values.put(name, value) != null) {
            warnings.add(key + ": given more than once, the last one counts");
          }
        });
  }

  /** A value of any kind that no message must show; null when it is missing. */
  @Nullable Object secret(String key) {
    return values.get(key);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** Notes that a value cannot be used. */
  void problem(String text) {
    problems.add(text);
  }

  /** Notes something that a person may not have meant. */
  void warning(String text) {
    warnings.add(text);
  }

  List<String> warnings() {
    return warnings;
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigurationException that lists all problems
   */
  void check() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  Optional<String> text(String key) {
    return value(key, String.class, "a text");
  }

  Optional<Boolean> flag(String key) {
    return value(key, Boolean.class, "true or false");
  }

  Optional<Integer> number(String key) {
    return value(key, Long.class, "a whole number")
        .flatMap(
            number -> {
              if (number != number.intValue()) {
                problems.add(key + ": " + number + " (expected: a number below 2^31)");
                return Optional.empty();
              }
              return Optional.of(number.intValue());
            });
  }

  /** A number of at least {@code least}. */
  Optional<Integer> number(String key, int least) {
    return number(key, least, Integer.MAX_VALUE);
  }

  Optional<Integer> port(String key) {
    return number(key, 1, 65535);
  }

  private Optional<Integer> number(String key, int least, int most) {
    return number(key)
        .filter(
            number -> {
              boolean fits = number >= least && number <= most;
              if (!fits) {
                String range = most < Integer.MAX_VALUE ? least + "-" + most : least + " or more";
                problems.add(key + ": " + number + " (expected: " + range + ")");
              }
              return fits;
            });
  }

  Optional<List<String>> texts(String key) {
    return list(key).map(items -> texts(key, items));
  }

  private List<String> texts(String key, List<?> items) {
    List<String> texts = new ArrayList<>();
    for (Object item : items) {
      if (item instanceof String text) {
        texts.add(text);
      } else {
        problems.add(key + ": " + item + " (expected: a list of texts)");
      }
    }
    return texts;
  }

  /** A list of anything. */
  Optional<List<?>> list(String key) {
    return value(key, List.class, "a list").map(raw -> (List<?>) raw);
  }

  /** An object of anything, its keys as they are. */
  Optional<Map<?, ?>> object(String key) {
    return value(key, Map.class, "an object").map(raw -> (Map<?, ?>) raw);
  }

  Optional<IpAddress> address(String key) {
    return text(key).flatMap(text -> address(key, text));
  }

  /** Reads one address of those that {@code key} has. */
  Optional<IpAddress> address(String key, String text) {
    Optional<IpAddress> address = IpAddress.tryParse(text);
    if (address.isEmpty()) {
      problems.add(key + ": \"" + text + "\" (expected: an IP address)");
    }
    return address;
  }

  Optional<List<IpAddress>> addresses(String key) {
    return texts(key)
        .map(texts -> texts.stream().flatMap(text -> address(key, text).stream()).toList());
  }

  /** Name servers: {@code ip} or {@code ip:port}, none twice. */
  Optional<List<HostPort>> nameServers(String key) {
    return texts(key).map(texts -> nameServers(key, texts));
  }

  private List<HostPort> nameServers(String key, List<String> texts) {
    List<HostPort> servers = new ArrayList<>();
    for (String text : texts) {
      HostPort server = nameServer(text);
      if (server == null) {
        problems.add(key + ": \"" + text + "\" (expected: ip or ip:port)");
      } else {
        servers.add(server);
      }
    }
    if (new HashSet<>(servers).size() < servers.size()) {
      problems.add(key + ": " + texts + " (expected: each once)");
    }
    return List.copyOf(servers);
  }

  private static @Nullable HostPort nameServer(String text) {
    Optional<IpAddress> alone = IpAddress.tryParse(text);
    if (alone.isPresent()) {
      return new HostPort(alone.get(), DNS_PORT);
    }
    Matcher parts = ENDPOINT.matcher(text);
    if (!parts.matches() || parts.group(2) == null) {
      return null;
    }
    String host = parts.group(1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    Optional<IpAddress> address =
        IpAddress.tryParse(bracketed ? host.substring(1, host.length() - 1) : host);
    int port = Integer.parseInt(parts.group(2));
    boolean fits = address.isPresent() && port >= 1 && port <= 65535;
    return fits ? new HostPort(address.get(), port) : null;
  }

  /** Zones with the name servers to ask for them, in the order given; no zone twice. */
  Optional<Map<DomainName, List<HostPort>>> zoneServers(String key) {
    return object(key)
        .map(
            object -> {
              Map<DomainName, List<HostPort>> zones = new LinkedHashMap<>();
              object.forEach((zone, servers) -> putZone(key, String.valueOf(zone), servers, zones));
              return zones;
            });
  }

  private void putZone(
      String key, String text, @Nullable Object servers, Map<DomainName, List<HostPort>> zones) {
    String place = key + "." + text;
    DomainName zone = name(place, text);
    if (!(servers instanceof List<?> list) || list.isEmpty()) {
      problems.add(place + ": " + servers + " (expected: a list of name servers, one at least)");
    } else if (zone != null && zones.put(zone, nameServers(place, texts(place, list))) != null) {
      problems.add(place + ": twice (expected: each zone once)");
    }
  }

  /** Reads a domain name; null and noted when it is none. */
  @Nullable DomainName name(String key, String text) {
    try {
      return DomainName.parse(text).toLowerCase();
    } catch (DecodeException e) {
      problems.add(key + ": \"" + text + "\" (expected: a domain name; " + e.getMessage() + ")");
      return null;
    }
  }

  private <T> Optional<T> value(String key, Class<T> type, String expected) {
    Object value = values.get(key);
    if (value != null && !type.isInstance(value)) {
      problems.add(key + ": " + value + " (expected: " + expected + ")");
      values.remove(key);
      return Optional.empty();
    }
    return Optional.ofNullable(type.cast(value));
  }

  private static String suggestion(String key, Map<String, String> known) {
    String nearest = null;
    int least = FARTHEST_SUGGESTION + 1;
    for (Map.Entry<String, String> candidate : known.entrySet()) {
      int distance = EditDistance.between(lower(key), candidate.getKey(), FARTHEST_SUGGESTION);
      if (distance < least) {
        least = distance;
        nearest = candidate.getValue();
      }
    }
    return nearest == null ? "" : " (did you mean " + nearest + "?)";
  }

  private static String lower(String key) {
    return key.toLowerCase(Locale.ROOT);
  }
}
