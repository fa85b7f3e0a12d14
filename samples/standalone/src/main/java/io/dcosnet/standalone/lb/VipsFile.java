// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.lb;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.Candidate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * VIPs and their back ends as a file has them:
 *
 * <pre>{@code
 * {"vips":[{"protocol":"tcp","address":"127.64.0.1","port":80,
 *   "backends":[{"address":"192.0.2.7","port":31001,"weight":1}]}]}
 * }</pre>
 *
 * <p>It is taken as a whole or not at all: half of a file that somebody is writing just now must
 * not take the other half out of service. <b>Confined to</b> one thread, for one file.
 */
final class VipsFile {

  /** Of faults that are told. */
  private static final int MOST_TOLD = 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final List<String> problems = new ArrayList<>();

  private VipsFile() {}

  /**
   * Reads the text of a file.
   *
   * @throws ConfigurationException with all that is wrong with it
   */
  static Map<VipKey, List<Candidate>> read(String text) {
    VipsFile file = new VipsFile();
    Map<VipKey, List<Candidate>> vips = new LinkedHashMap<>();
    try {
      JsonNode root = JSON.readTree(text);
      file.knownOnly("", root, Set.of("vips"));
      file.vips(root.path("vips"), vips);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      file.problems.add(
          (at == null ? "" : "line " + at.getLineNr() + ": ")
              + e.getOriginalMessage().lines().findFirst().orElse("")
              + " (expected: {\"vips\": [...]})");
    }
    List<String> problems = file.problems;
    if (problems.size() > MOST_TOLD) {
      int more = problems.size() - MOST_TOLD;
      problems = new ArrayList<>(problems.subList(0, MOST_TOLD));
      problems.add("and " + more + " more");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return vips;
  }

  private void vips(JsonNode list, Map<VipKey, List<Candidate>> vips) {
    if (!list.isArray()) {
      wrong("vips", list, "a list");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      String at = "vips[" + i + "]";
      JsonNode one = list.get(i);
      knownOnly(at, one, Set.of("protocol", "address", "port", "backends"));
      Protocol protocol = protocol(at + ".protocol", one.path("protocol"));
      IpAddress address = address(at + ".address", one.path("address"));
      int port = port(at + ".port", one.path("port"));
      List<Candidate> backends = backends(at + ".backends", one.path("backends"), address);
      if (protocol != null && address != null && port > 0) {
        VipKey key = VipKey.addressed(protocol, address, port);
        if (vips.put(key, backends) != null) {
          problems.add(at + ": " + key + " (expected: each VIP once)");
        }
      }
    }
  }

  private List<Candidate> backends(String at, JsonNode list, @Nullable IpAddress vip) {
    List<Candidate> backends = new ArrayList<>();
    Set<HostPort> seen = new HashSet<>();
    if (!list.isArray()) {
      wrong(at, list, "a list");
      return backends;
    }
    for (int i = 0; i < list.size(); i++) {
      String here = at + "[" + i + "]";
      JsonNode one = list.get(i);
      knownOnly(here, one, Set.of("address", "port", "weight"));
      IpAddress address = address(here + ".address", one.path("address"));
      int port = port(here + ".port", one.path("port"));
      int weight =
          one.has("weight")
              ? number(here + ".weight", one.path("weight"), 0, Backend.MAX_WEIGHT)
              : 1;
      if (address == null || port < 1 || weight < 0) {
        continue;
      }
      HostPort endpoint = new HostPort(address, port);
      if (vip != null && vip.isIpv4() != address.isIpv4()) {
        problems.add(here + ".address: " + address + " (expected: of the family of its VIP)");
      } else if (!seen.add(endpoint)) {
        problems.add(here + ": " + endpoint + " (expected: each back end once)");
      } else {
        Backend backend = new Backend(endpoint, address, weight, Backend.State.UP);
        backends.add(new Candidate(backend, true, 0));
      }
    }
    return backends;
  }

  private void knownOnly(String at, JsonNode object, Set<String> known) {
    if (!object.isObject()) {
      wrong(at.isEmpty() ? "file" : at, object, "an object");
      return;
    }
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        problems.add(
            (at.isEmpty() ? "" : at + ".") + name + ": unknown (expected: one of " + known + ")");
      }
    }
  }

  private @Nullable Protocol protocol(String at, JsonNode node) {
    for (Protocol one : Protocol.values()) {
      if (one.toString().equals(node.asText().toLowerCase(Locale.ROOT))) {
        return one;
      }
    }
    wrong(at, node, "tcp or udp");
    return null;
  }

  private @Nullable IpAddress address(String at, JsonNode node) {
    if (node.isTextual()) {
      try {
        return IpAddress.parse(node.asText());
      } catch (IllegalArgumentException | DecodeException e) {
        // told below like one that is no text
      }
    }
    wrong(at, node, "an IP address");
    return null;
  }

  private int port(String at, JsonNode node) {
    return number(at, node, 1, 65_535);
  }

  /** -1 when it is none, which is told. */
  private int number(String at, JsonNode node, int least, int most) {
    if (node.isIntegralNumber() && node.canConvertToInt()) {
      int number = node.asInt();
      if (number >= least && number <= most) {
        return number;
      }
    }
    wrong(at, node, least + "-" + most);
    return -1;
  }

  private void wrong(String at, JsonNode found, String expected) {
    problems.add(
        at
            + ": "
            + (found.isMissingNode() ? "missing" : found.toString())
            + " (expected: "
            + expected
            + ")");
  }
}
