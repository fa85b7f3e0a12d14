// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.edge;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.edge.EdgeExplanation;
import io.dcosnet.lb.edge.EdgeOptions.EntryPorts;
import io.dcosnet.lb.edge.EdgeRequest;
import io.dcosnet.lb.edge.EdgeRequest.Entry;
import io.dcosnet.standalone.cli.CommandFailure;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One request of a file, and what is expected of it where the file says so. <b>Immutable.</b>
 *
 * @param expect null where nothing is expected
 */
record AskedRequest(EdgeRequest request, @Nullable JsonNode expect) {

  /**
   * Reads a request.
   *
   * @throws CommandFailure when it cannot be one
   */
  static AskedRequest read(JsonNode node, int number, EntryPorts ports) {
    if (!node.isObject()) {
      throw CommandFailure.refused("request " + number + ": " + node + " (expected: an object)");
    }
    int port = node.path("port").asInt(0);
    String sni = node.path("sni").isTextual() ? node.path("sni").asText() : null;
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    node.path("headers").properties().forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
    EdgeRequest request =
        new EdgeRequest(
            entry(node, number, port, ports),
            port,
            sni,
            node.path("host").asText(""),
            node.path("path").asText("/"),
            headers,
            source(node, number));
    return new AskedRequest(request, node.hasNonNull("expect") ? node.get("expect") : null);
  }

  /** The entry that is named, else the one that has the port. */
  private static Entry entry(JsonNode node, int number, int port, EntryPorts ports) {
    String word = node.path("entry").asText("");
    return switch (word) {
      case "http" -> Entry.HTTP;
      case "https" -> Entry.HTTPS;
      case "appid" -> Entry.APP_ID;
      case "service" -> Entry.SERVICE;
      case "" ->
          port == ports.https()
              ? Entry.HTTPS
              : port == ports.appId()
                  ? Entry.APP_ID
                  : port == ports.http() || port == 0 ? Entry.HTTP : Entry.SERVICE;
      default ->
          throw CommandFailure.refused(
              "request "
                  + number
                  + ": entry "
                  + node.path("entry")
                  + " (expected: http, https, appid or service)");
    };
  }

  // Requests were recorded on the machine of the edge.
  private static IpAddress source(JsonNode node, int number) {
    String text = node.path("source").asText(IpAddress.LOOPBACK_IPV4.toString());
    return IpAddress.tryParse(text)
        .orElseThrow(
            () ->
                CommandFailure.refused(
                    "request "
                        + number
                        + ": source "
                        + node.path("source")
                        + " (expected: an IP address)"));
  }

  /** True when the explanation is what was expected, or nothing was. */
  boolean isMetBy(EdgeExplanation explanation) {
    JsonNode wanted = expect;
    if (wanted == null) {
      return true;
    }
    Set<String> servers = new TreeSet<>();
    wanted.path("servers").forEach(server -> servers.add(server.asText()));
    Set<String> found =
        new TreeSet<>(explanation.servers().stream().map(HostPort::toString).toList());
    boolean sameLocation =
        !wanted.hasNonNull("location")
            || wanted.get("location").asText().equals(explanation.location());
    return wanted.path("status").asText().equals(status(explanation))
        && servers.equals(found)
        && sameLocation;
  }

  /** The status as text, a word where there is no answer. */
  static String status(EdgeExplanation explanation) {
    return switch (explanation.outcome()) {
      case ANSWERED -> Integer.toString(explanation.status());
      case REFUSED -> "refused";
      case CLOSED -> "closed";
    };
  }
}
