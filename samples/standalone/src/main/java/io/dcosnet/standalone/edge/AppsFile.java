// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.App;
import io.dcosnet.api.model.AppTask;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.edge.EdgeModel;
import io.dcosnet.lb.edge.EdgeOptions;
import io.dcosnet.lb.edge.EdgeOptions.Precedence;
import io.dcosnet.lb.edge.label.EdgeDiagnostic;
import io.dcosnet.sources.marathon.MarathonApps;
import io.dcosnet.sources.marathon.MarathonAppsReader;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.input.StateInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A file of apps: Marathon's answer, or a recorded set, which has requests and options as well.
 * <b>Immutable.</b>
 *
 * @param document the whole file
 */
record AppsFile(Path file, MarathonApps apps, JsonNode document) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static AppsFile read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      MarathonApps apps = MarathonAppsReader.create().read(bytes);
      return new AppsFile(file, apps, JSON.readTree(bytes));
    } catch (DecodeException e) {
      throw CommandFailure.refused(file + ": " + e.getMessage());
    } catch (JsonProcessingException e) {
      throw CommandFailure.refused(file + ": not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw CommandFailure.refused(file + ": cannot be read: " + e.getMessage());
    }
  }

  /** What the edge makes of the apps; what it does not follow is told on standard error. */
  EdgeModel model(EdgeOptions options, Console console) {
    Map<String, List<IpAddress>> addresses = StateInput.resolve(hosts());
    EdgeModel model =
        EdgeModel.of(apps.apps(), options, host -> addresses.getOrDefault(host, List.of()), null);
    List<Rejection> told = new ArrayList<>(apps.rejections());
    model.diagnostics().stream().map(EdgeDiagnostic::toRejection).forEach(told::add);
    StateInput.tell(told, console);
    return model;
  }

  /** The options that a recorded set names, and those of the command line, which count more. */
  EdgeOptions.Builder options(List<String> groups) {
    JsonNode recorded = document.path("lb");
    List<String> named = new ArrayList<>(groups);
    if (named.isEmpty()) {
      recorded.path("groups").forEach(group -> named.add(group.asText()));
    }
    EdgeOptions.Builder options =
        EdgeOptions.forGroups(
            named.isEmpty() ? new String[] {"external"} : named.toArray(new String[0]));
    options.strict(recorded.path("strictMode").asBoolean(false));
    options.respectHealth(recorded.path("respectMarathonHealth").asBoolean(true));
    options.maps(recorded.path("maps").asBoolean(false));
    options.virtualHosts(!recorded.path("dontBindHttpHttps").asBoolean(false));
    options.tlsByVhost(recorded.path("groupHttpsByVhost").asBoolean(false));
    options.protectAllEntries(recorded.path("protectAllEntries").asBoolean(false));
    if (recorded.path("precedence").asText("").equals("longest-prefix")) {
      options.precedence(Precedence.LONGEST_PREFIX);
    }
    return options;
  }

  private Set<String> hosts() {
    Set<String> hosts = new TreeSet<>();
    for (App app : apps.apps()) {
      for (AppTask task : app.tasks()) {
        if (!task.host().isEmpty() && IpAddress.tryParse(task.host()).isEmpty()) {
          hosts.add(task.host());
        }
      }
    }
    return hosts;
  }
}
