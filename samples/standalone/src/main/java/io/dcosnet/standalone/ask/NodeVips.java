// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.input.StateInput;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The VIPs of a running node in the form of {@code dcos-net vip list}; options of that command.
 * Asks for parts, so that neither side holds more than it must.
 */
public final class NodeVips {

  /** VIPs in one answer. */
  private static final int PART = 1000;

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description = "Instead: the VIPs of a running node, at its admin server.")
  @Nullable String url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the token that the admin server wants.")
  @Nullable String tokenFile;

  /** Whether a running node is meant. */
  public boolean wanted() {
    return url != null;
  }

  /**
   * Checks the options.
   *
   * @return asks the node, once the arguments were checked
   */
  public Supplier<ObjectNode> listing(Arguments arguments, Console console) {
    AdminOptions options = new AdminOptions();
    options.admin = url;
    options.tokenFile = tokenFile;
    Supplier<AdminClient> client = options.client(arguments);
    return () -> listing(client.get(), console);
  }

  private static ObjectNode listing(AdminClient node, Console console) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode rows = all.putArray("vips");
    String after = "";
    JsonNode part;
    do {
      part = node.json("/v1/vips?limit=" + PART + after);
      for (JsonNode vip : part) {
        write(vip, rows);
        after = "&after=" + URLEncoder.encode(key(vip), StandardCharsets.UTF_8);
      }
    } while (part.size() == PART);
    rejected(node.json("/v1/lb/rejected?limit=10000"), all.putArray("rejected"), console);
    return all;
  }

  /** As the node reads it. */
  private static String key(JsonNode vip) {
    String where =
        vip.path("name").isNull()
            ? vip.path("vip").asText()
            : vip.path("name").asText() + ":" + vip.path("port").asInt();
    return where + "/" + vip.path("protocol").asText();
  }

  private static void write(JsonNode vip, ArrayNode rows) {
    for (JsonNode listener : vip.path("listeners")) {
      String address = host(listener.path("address").asText());
      ObjectNode row = rows.addObject();
      String where = vip.path("vip").asText();
      boolean named = !vip.path("name").isNull();
      row.put("name", named ? vip.path("name").asText() : null);
      row.put("protocol", vip.path("protocol").asText());
      row.put("address", address);
      row.put("port", vip.path("port").asInt());
      row.put("fqdn", named ? where.substring(0, where.lastIndexOf(':')) : null);
      ArrayNode backends = row.putArray("backends");
      for (JsonNode backend : vip.path("backend")) {
        if (isIpv6(backend.path("ip").asText()) == isIpv6(address)) {
          backends
              .addObject()
              .put("agent", backend.path("node").asText())
              .put("address", backend.path("ip").asText())
              .put("port", backend.path("port").asInt())
              .put("healthy", backend.path("state").asText().equals("up"));
        }
      }
    }
  }

  private static String host(String endpoint) {
    String host = endpoint.substring(0, endpoint.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isIpv6(String address) {
    return address.contains(":");
  }

  /** Labels stand in the listing, the rest is told beside it, as for files. */
  private static void rejected(JsonNode answer, ArrayNode rows, Console console) {
    List<Rejection> others = new ArrayList<>();
    for (JsonNode one : answer.path("rejected")) {
      String subject = one.path("subject").asText();
      String code = one.path("code").asText();
      String detail = one.path("detail").asText();
      int blank = subject.lastIndexOf(' ');
      if (one.path("kind").asText().equals("label") && blank > 0) {
        ObjectNode row = rows.addObject();
        row.put("task", subject.substring(0, blank));
        row.put("label", subject.substring(blank + 1));
        row.put("reason", code + ": " + detail);
      } else {
        others.add(new Rejection(one.path("kind").asText(), subject, code, detail));
      }
    }
    StateInput.tell(others, console);
  }
}
