// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.model.App;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.edge.EdgeExplanation.Outcome;
import io.dcosnet.lb.edge.label.EdgeDiagnostic;
import io.dcosnet.sources.marathon.MarathonApps;
import io.dcosnet.sources.marathon.MarathonAppsReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Apps for tests, written shortly, and a model of them whose answers are short as well.
 *
 * @param model what the edge makes of the apps
 */
public record TestEdge(EdgeModel model) {

  /** An edge of the group {@code external} with these apps. */
  public static TestEdge of(App... apps) {
    return of(EdgeOptions.forGroups("external"), apps);
  }

  public static TestEdge of(EdgeOptions.Builder options, App... apps) {
    return new TestEdge(EdgeModel.of(List.of(apps), options.build(), HostAddresses.NONE, null));
  }

  /** The edge after a change to these apps. */
  public TestEdge then(App... apps) {
    return new TestEdge(EdgeModel.of(List.of(apps), model.options(), HostAddresses.NONE, model));
  }

  /** One app as Marathon lists it. */
  public static App app(String json) {
    MarathonApps read =
        MarathonAppsReader.create().read(("{\"apps\": [" + json + "]}").getBytes(UTF_8));
    if (!read.rejections().isEmpty() || read.apps().size() != 1) {
      throw new AssertionError("app in a test: " + read.rejections());
    }
    return read.apps().get(0);
  }

  /**
   * An app behind a bridge with one service port and one task, in the group {@code external}.
   *
   * @param place of the task
   * @param labels keys and values in turn, keys without their {@code HAPROXY_}
   */
  public static App web(String id, int servicePort, String place, String... labels) {
    return on(id, List.of(servicePort), place, labels);
  }

  /** As {@link #web}, with several ports; the task's are those after that of the place. */
  public static App on(String id, List<Integer> servicePorts, String place, String... labels) {
    Map<String, String> all = new TreeMap<>(Map.of("GROUP", "external"));
    for (int i = 0; i < labels.length; i += 2) {
      all.put(labels[i], labels[i + 1]);
    }
    HostPort task = HostPort.parse(place);
    String mappings =
        servicePorts.stream()
            .map(port -> "{\"containerPort\": 80, \"servicePort\": " + port + "}")
            .collect(Collectors.joining(","));
    String ports =
        IntStream.range(0, servicePorts.size())
            .mapToObj(i -> Integer.toString(task.port() + i))
            .collect(Collectors.joining(","));
    App.Builder made = App.named(id);
    App plain =
        app(
            "{\"id\": \"/a\", \"networks\": [{\"mode\": \"container/bridge\"}],"
                + " \"container\": {\"portMappings\": ["
                + mappings
                + "]}, \"tasks\": [{\"id\": \"t."
                + task.port()
                + "\", \"host\": \""
                + task.address()
                + "\", \"ports\": ["
                + ports
                + "], \"state\": \"TASK_RUNNING\"}]}");
    plain.networks().forEach(made::network);
    plain.ports().forEach(made::port);
    plain.tasks().forEach(made::task);
    all.forEach((key, value) -> made.label("HAPROXY_" + key, value));
    return made.build();
  }

  /** Status, servers and where to, as in {@code 200 192.0.2.2:31001}. */
  public String answer(EdgeRequest request) {
    EdgeExplanation explained = model.explain(request);
    List<String> words = new ArrayList<>();
    words.add(
        explained.outcome() == Outcome.ANSWERED
            ? Integer.toString(explained.status())
            : explained.outcome().toString());
    explained.servers().forEach(server -> words.add(server.toString()));
    if (explained.location() != null) {
      words.add(explained.location());
    }
    return String.join(" ", words);
  }

  public String http(String host, String path) {
    return answer(EdgeRequest.http(host, path));
  }

  public String https(String host, String path) {
    return answer(EdgeRequest.https(host, path));
  }

  public String service(int port) {
    return answer(EdgeRequest.service(port, "edge", "/"));
  }

  public String appId(String id) {
    return answer(EdgeRequest.appId(id));
  }

  /** What is told of the apps, as in {@code /web HAPROXY_0_PORT EDGE_LABEL_INVALID}. */
  public List<String> told() {
    return told(model.diagnostics());
  }

  public static List<String> told(List<EdgeDiagnostic> diagnostics) {
    return diagnostics.stream().map(one -> String.join(" ", parts(one))).toList();
  }

  private static List<String> parts(EdgeDiagnostic one) {
    return Arrays.asList(one.app(), one.label(), one.code().name()).stream()
        .filter(part -> !part.isEmpty())
        .toList();
  }
}
