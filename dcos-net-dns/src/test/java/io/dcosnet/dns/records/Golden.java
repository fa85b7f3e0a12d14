// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.mesos.MesosStateReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the original answered for a state, and the rules of comparing with it. */
public final class Golden {

  private static final Pattern OWN_HOST = Pattern.compile("(.*)(-[a-z0-9]{5}-[^-]*)");

  private final Map<String, @Nullable Object> document;

  public Golden(String json) {
    document = JsonTree.object(json);
  }

  public MesosDnsConfig config() {
    return MesosDnsConfigFile.read(Json.write(document.get("config"))).config();
  }

  /** The state with the one host name that resolved when the answers were recorded. */
  public static ClusterState state(byte[] json) {
    return MesosStateReader.create()
        .read(json)
        .withHosts(host -> host.equals("localhost") ? List.of(IpAddress.LOOPBACK_IPV4) : List.of());
  }

  /** Of a recorded zone of dcos-net: owner to lines such as {@code A 192.0.2.1}. */
  public static Map<String, List<String>> zoneRecords(String json) {
    Map<String, List<String>> records = new TreeMap<>();
    object(JsonTree.object(json).get("records"))
        .forEach((owner, lines) -> records.put(owner, texts(lines)));
    return records;
  }

  /** Differences under the rules, one a line; empty when there are none. */
  List<String> compare(RecordListing ours) {
    List<String> differences = new ArrayList<>();
    compare("As", ours.a(), differences);
    compare("AAAAs", ours.aaaa(), differences);
    compare("SRVs", ours.srv(), differences);
    return differences;
  }

  /** What the original served and a query can reach: by type, owner in lower case, and data. */
  Map<String, Map<String, Set<String>>> served() {
    Map<String, Map<String, Set<String>>> served = new TreeMap<>();
    Map<String, String> types = Map.of("As", "A", "AAAAs", "AAAA", "SRVs", "SRV");
    types.forEach((listed, type) -> served.put(type, served(listed)));
    return served;
  }

  private Map<String, Set<String>> served(String listed) {
    Map<String, Set<String>> served = new TreeMap<>();
    object(object(object(document.get("axfr")).get("Records")).get(listed))
        .forEach(
            (owner, values) -> {
              String name = owner.toLowerCase(Locale.ROOT);
              if (isEncodable(name)) {
                served.computeIfAbsent(name, key -> new TreeSet<>()).addAll(texts(values));
              }
            });
    return served;
  }

  /** Differences of an answer to {@code /v1/axfr}, under the same rules; its head counts too. */
  public List<String> compareTransfer(String json) {
    Map<String, @Nullable Object> ours = new TreeMap<>(JsonTree.object(json));
    Map<String, @Nullable Object> records = object(ours.remove("Records"));
    List<String> differences = new ArrayList<>();
    for (String type : List.of("As", "AAAAs", "SRVs")) {
      Map<String, List<String>> texts = new TreeMap<>();
      object(records.get(type)).forEach((owner, values) -> texts.put(owner, texts(values)));
      compare(type, texts, differences);
    }
    ours.remove("RefreshSeconds");
    ours.put("Serial", 0L); // as it is in the recordings
    if (!ours.equals(head())) {
      differences.add("head: " + ours + " (expected: " + head() + ")");
    }
    return differences;
  }

  /**
   * Differences of an answer to {@code /v1/enumerate}: which frameworks there are, which tasks each
   * has, and which records stand with each task.
   */
  public List<String> compareEnumeration(String json) {
    Map<String, Map<String, List<String>>> ours = enumerated(JsonTree.object(json));
    Map<String, Map<String, List<String>>> expected = enumerated(object(document.get("enumerate")));
    List<String> differences = new ArrayList<>();
    if (!ours.keySet().equals(expected.keySet())) {
      differences.add("tasks: " + ours.keySet() + " (expected: " + expected.keySet() + ")");
      return differences;
    }
    expected.forEach(
        (task, types) -> {
          List<String> ofTask = new ArrayList<>();
          Map<String, List<String>> found = ours.getOrDefault(task, Map.of());
          Set<String> all = new TreeSet<>(types.keySet());
          all.addAll(found.keySet());
          for (String type : all) {
            compare(
                type,
                owners(types.getOrDefault(type, List.of())),
                owners(found.getOrDefault(type, List.of())),
                ofTask);
          }
          ofTask.forEach(difference -> differences.add(task + ": " + difference));
        });
    return differences;
  }

  /** By framework and task, then by type, records as {@code owner TAB value}. */
  private static Map<String, Map<String, List<String>>> enumerated(
      Map<String, @Nullable Object> enumeration) {
    Map<String, Map<String, List<String>>> tasks = new TreeMap<>();
    Object frameworks = enumeration.get("frameworks");
    if (frameworks == null) {
      return Map.of("no framework", Map.of());
    }
    for (Object one : (List<?>) frameworks) {
      Map<String, @Nullable Object> framework = object(one);
      tasks.put(framework.get("name") + " exists", Map.of());
      for (Object task : (List<?>) Objects.requireNonNull(framework.get("tasks"))) {
        Map<String, @Nullable Object> fields = object(task);
        String key = framework.get("name") + "\t" + fields.get("id") + "\t" + fields.get("name");
        Map<String, List<String>> records = tasks.computeIfAbsent(key, k -> new TreeMap<>());
        for (Object each : (List<?>) Objects.requireNonNull(fields.get("records"))) {
          Map<String, @Nullable Object> record = object(each);
          records
              .computeIfAbsent(String.valueOf(record.get("rtype")), k -> new ArrayList<>())
              .add(record.get("name") + "\t" + record.get("host"));
        }
      }
    }
    return tasks;
  }

  private static Map<String, List<String>> owners(List<String> records) {
    Map<String, List<String>> owners = new TreeMap<>();
    for (String record : records) {
      int tab = record.lastIndexOf('\t');
      owners
          .computeIfAbsent(record.substring(0, tab), owner -> new ArrayList<>())
          .add(record.substring(tab + 1));
    }
    return owners;
  }

  /** Mname, Rname and so on; how often it polled is not in the recorded configuration. */
  Map<String, @Nullable Object> head() {
    Map<String, @Nullable Object> head = new TreeMap<>(object(document.get("axfr")));
    head.remove("Records");
    head.remove("RefreshSeconds");
    return head;
  }

  private void compare(String type, Map<String, List<String>> ours, List<String> differences) {
    Map<String, List<String>> recorded = new TreeMap<>();
    object(object(object(document.get("axfr")).get("Records")).get(type))
        .forEach((owner, values) -> recorded.put(owner, texts(values)));
    compare(type, recorded, ours, differences);
  }

  private static void compare(
      String type,
      Map<String, List<String>> recorded,
      Map<String, List<String>> ours,
      List<String> differences) {
    Map<String, Set<String>> expected = new TreeMap<>();
    Set<String> shortened = new HashSet<>();
    recorded.forEach(
        (owner, values) -> {
          String name = owner.toLowerCase(Locale.ROOT);
          if (isEncodable(name)) {
            expected.computeIfAbsent(name, key -> new TreeSet<>()).addAll(values);
          } else {
            shortened.add(shorten(name));
          }
        });
    Map<String, Set<String>> found = new TreeMap<>();
    ours.forEach(
        (owner, values) -> {
          boolean expectedShort = shortened.contains(owner) && !expected.containsKey(owner);
          if (!expectedShort) {
            found.put(owner, new TreeSet<>(values));
          }
        });
    Set<String> owners = new TreeSet<>(expected.keySet());
    owners.addAll(found.keySet());
    for (String owner : owners) {
      if (!Objects.equals(expected.get(owner), found.get(owner))) {
        differences.add(
            type
                + " "
                + owner
                + ": "
                + found.get(owner)
                + " (expected: "
                + expected.get(owner)
                + ")");
      }
    }
    for (String owner : shortened) {
      if (isEncodable(owner) && !ours.containsKey(owner)) {
        differences.add(type + " " + owner + ": missing (expected: the shortened form)");
      }
    }
  }

  /** What we make of an owner with an overlong label; anything else stays as it is. */
  private static String shorten(String owner) {
    List<String> labels = new ArrayList<>(List.of(owner.split("\\.", -1)));
    for (int i = 0; i < labels.size(); i++) {
      String label = labels.get(i);
      Matcher host = OWN_HOST.matcher(label);
      if (label.startsWith("_") && label.length() == 64) {
        labels.set(i, label.substring(0, 63).replaceAll("-+$", ""));
      } else if (label.length() > 63 && host.matches() && host.group(1).length() <= 63) {
        int room = 63 - host.group(2).length();
        String task = host.group(1).substring(0, room).replaceAll("-+$", "");
        labels.set(i, task + host.group(2));
      }
    }
    return String.join(".", labels);
  }

  private static boolean isEncodable(String owner) {
    String[] labels = owner.substring(0, owner.length() - 1).split("\\.", -1);
    int octets = 1;
    for (String label : labels) {
      int length = label.getBytes(UTF_8).length;
      if (length == 0 || length > 63) {
        return false;
      }
      octets += length + 1;
    }
    return octets <= 255;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> object(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, @Nullable Object>) value;
  }

  private static List<String> texts(@Nullable Object value) {
    return ((List<?>) Objects.requireNonNull(value)).stream().map(String::valueOf).toList();
  }
}
