// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON configuration file of Mesos-DNS as it is, so that nobody has to write a new one.
 * Keys count whatever their case, as there.
 *
 * @see <a href="https://github.com/mesosphere/mesos-dns">mesosphere/mesos-dns
 *     docs/docs/configuration-parameters.md</a>
 */
public final class MesosDnsConfigFile {

  /** What the file says. <b>Immutable.</b> */
  public static final class Loaded {
    private final MesosDnsConfig config;
    private final IpAddress listener;
    private final int port;
    private final List<String> warnings;

    private Loaded(MesosDnsConfig config, IpAddress listener, int port, List<String> warnings) {
      this.config = config;
      this.listener = listener;
      this.port = port;
      this.warnings = List.copyOf(warnings);
    }

    /**
     * The part that says how the zone is made. Its listener addresses are empty when the file says
     * to listen on all addresses: only the host knows which those are.
     */
    public MesosDnsConfig config() {
      return config;
    }

    /** Where DNS is to be served; 0.0.0.0, the default, means everywhere. */
    public IpAddress listener() {
      return listener;
    }

    /** Port for DNS, 53 by default. */
    public int port() {
      return port;
    }

    /** Keys that say nothing here, one line each. */
    public List<String> warnings() {
      return warnings;
    }
  }

  private static final List<String> USED =
      List.of(
          "domain",
          "ttl",
          "IPSources",
          "EnforceRFC952",
          "masters",
          "listener",
          "port",
          "refreshSeconds",
          "SRVRecordDefaultWeight",
          "SOAMname",
          "SOARname",
          "SOARefresh",
          "SOARetry",
          "SOAExpire",
          "dnson",
          "httpon");

  /** Known to Mesos-DNS, without meaning for the zone. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "zk",
          "zkDetectionTimeout",
          "stateTimeoutSeconds",
          "timeout",
          "resolvers",
          "zoneResolvers",
          "HTTPListener",
          "httpport",
          "externalon",
          "recurseon",
          "SOASerial",
          "SOAMinttl",
          "SetTruncateBit",
          "EnumerationOn",
          "MesosHTTPSOn",
          "CACertFile",
          "CertFile",
          "KeyFile",
          "MesosAuthentication",
          "MesosCredentials",
          "IAMConfigFile");

  private static final Pattern RESOLVER = Pattern.compile("(.+?)(?::([0-9]{1,5}))?");

  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private MesosDnsConfigFile() {}

  /**
   * Reads the text of a file.
   *
   * @throws ConfigurationException that lists all problems
   */
  public static Loaded read(String json) {
    return new MesosDnsConfigFile().load(json);
  }

  private Loaded load(String json) {
    try {
      collect(JsonTree.object(json));
    } catch (DecodeException e) {
      throw new ConfigurationException(List.of("Mesos-DNS configuration: " + e.getMessage()));
    }
    MesosDnsConfig.Builder builder = MesosDnsConfig.builder();
    text("domain").ifPresent(builder::domain);
    number("ttl").ifPresent(builder::ttlSeconds);
    sources().ifPresent(builder::ipSources);
    flag("EnforceRFC952").ifPresent(builder::enforceRfc952);
    texts("masters").ifPresent(builder::masters);
    number("refreshSeconds").ifPresent(builder::refreshSeconds);
    number("SRVRecordDefaultWeight").ifPresent(builder::srvWeight);
    text("SOAMname").ifPresent(builder::soaPrimary);
    text("SOARname").ifPresent(builder::soaMailbox);
    number("SOARefresh").ifPresent(builder::soaRefreshSeconds);
    number("SOARetry").ifPresent(builder::soaRetrySeconds);
    number("SOAExpire").ifPresent(builder::soaExpireSeconds);
    IpAddress listener = listener();
    if (!listener.isUnspecified()) {
      builder.listenerAddresses(List.of(listener));
    }
    int port = number("port").orElse(53);
    if (port < 1 || port > 65535) {
      problems.add("port: " + port + " (expected: 1-65535)");
    }
    checkTheRest();
    builder.check(problems::add);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new Loaded(builder.build(), listener, port, warnings);
  }

  private void collect(Map<String, @Nullable Object> document) {
    Map<String, String> known = new LinkedHashMap<>();
    USED.forEach(key -> known.put(lower(key), key));
    WITHOUT_EFFECT.forEach(key -> known.put(lower(key), key));
    document.forEach(
        (key, value) -> {
          String name = known.get(lower(key));
          if (name == null) {
            warnings.add(key + ": not a key of Mesos-DNS, ignored" + suggestion(key, known));
          } else if (value != null) {
            if (values.put(name, value) != null) {
              warnings.add(key + ": given more than once, the last one counts");
            }
          }
        });
    for (String key : WITHOUT_EFFECT) {
      if (values.containsKey(key)) {
        warnings.add(key + ": has no effect on the records");
      }
    }
  }

  private void checkTheRest() {
    List.of("zk", "HTTPListener", "CACertFile", "IAMConfigFile").forEach(this::text);
    List.of("externalon", "recurseon", "SetTruncateBit", "EnumerationOn", "MesosHTTPSOn")
        .forEach(this::flag);
    List.of("zkDetectionTimeout", "timeout", "httpport", "SOASerial", "SOAMinttl")
        .forEach(this::number);
    boolean anything = flag("dnson").orElse(true) || flag("httpon").orElse(true);
    if (!anything) {
      problems.add("dnson: false, httpon: false (expected: one of them at least)");
    }
    number("stateTimeoutSeconds")
        .filter(seconds -> seconds <= 0)
        .ifPresent(
            seconds -> problems.add("stateTimeoutSeconds: " + seconds + " (expected: 1 or more)"));
    if (text("CertFile").isPresent() != text("KeyFile").isPresent()) {
      problems.add("CertFile, KeyFile: only one of them (expected: both or none)");
    }
    text("MesosAuthentication")
        .filter(way -> !List.of("", "basic", "iam").contains(way))
        .ifPresent(
            way ->
                problems.add(
                    "MesosAuthentication: \"" + way + "\" (expected: basic, iam or empty)"));
    List<String> resolvers = texts("resolvers").orElse(List.of());
    if (new HashSet<>(resolvers).size() < resolvers.size()) {
      problems.add("resolvers: " + resolvers + " (expected: each once)");
    }
    for (String resolver : resolvers) {
      if (!isResolver(resolver)) {
        problems.add("resolvers: \"" + resolver + "\" (expected: ip or ip:port)");
      }
    }
  }

  private static boolean isResolver(String text) {
    if (IpAddress.tryParse(text).isPresent()) {
      return true;
    }
    var parts = RESOLVER.matcher(text);
    if (!parts.matches() || parts.group(2) == null) {
      return false;
    }
    int port = Integer.parseInt(parts.group(2));
    String host = parts.group(1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String address = bracketed ? host.substring(1, host.length() - 1) : host;
    return port >= 1 && port <= 65535 && IpAddress.tryParse(address).isPresent();
  }

  private IpAddress listener() {
    String text = text("listener").orElse("0.0.0.0");
    Optional<IpAddress> address = IpAddress.tryParse(text);
    if (address.isEmpty()) {
      problems.add("listener: \"" + text + "\" (expected: an IP address)");
    }
    return address.orElse(IpAddress.ANY_IPV4);
  }

  private Optional<List<IpSource>> sources() {
    return texts("IPSources")
        .map(
            words -> {
              List<IpSource> sources = new ArrayList<>();
              for (String word : words) {
                IpSource.ofWord(word)
                    .ifPresentOrElse(
                        sources::add,
                        () ->
                            problems.add(
                                "IPSources: \""
                                    + word
                                    + "\" (expected: "
                                    + IpSource.words()
                                    + ")"));
              }
              // An unknown word is told once, not again as a list that is too short.
              return sources.isEmpty() && !words.isEmpty()
                  ? MesosDnsConfig.DEFAULT_IP_SOURCES
                  : sources;
            });
  }

  private Optional<String> text(String key) {
    return value(key, String.class, "a text");
  }

  private Optional<Boolean> flag(String key) {
    return value(key, Boolean.class, "true or false");
  }

  private Optional<Integer> number(String key) {
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

  private Optional<List<String>> texts(String key) {
    Optional<List<?>> list = value(key, List.class, "a list of texts").map(raw -> (List<?>) raw);
    return list.map(
        items -> {
          List<String> texts = new ArrayList<>();
          for (Object item : items) {
            if (item instanceof String text) {
              texts.add(text);
            } else {
              problems.add(key + ": " + item + " (expected: a list of texts)");
            }
          }
          return texts;
        });
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
    int least = 3; // further away it would be a guess
    for (Map.Entry<String, String> candidate : known.entrySet()) {
      int distance = distance(lower(key), candidate.getKey());
      if (distance < least) {
        least = distance;
        nearest = candidate.getValue();
      }
    }
    return nearest == null ? "" : " (did you mean " + nearest + "?)";
  }

  /** How many characters must be put in, left out or changed. */
  private static int distance(String one, String two) {
    int[] row = new int[two.length() + 1];
    for (int j = 0; j <= two.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= two.length(); j++) {
        int change = diagonal + (one.charAt(i - 1) == two.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[two.length()];
  }

  private static String lower(String key) {
    return key.toLowerCase(Locale.ROOT);
  }
}
