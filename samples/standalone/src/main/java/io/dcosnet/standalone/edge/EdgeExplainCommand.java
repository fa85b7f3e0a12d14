// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.lb.edge.EdgeExplanation;
import io.dcosnet.lb.edge.EdgeExplanation.Outcome;
import io.dcosnet.lb.edge.EdgeModel;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dcos-net edge explain}: what requests meet, without any proxy being asked. */
@CommandLine.Command(
    name = "explain",
    description = {
      "Print what each request meets: status, servers, and why. One JSON line each.",
      "Where the file says what is expected, a last line counts what is equal; exit 1 if not all",
      "is. What labels ask for and do not get is told on standard error."
    })
public final class EdgeExplainCommand implements Command {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin AppsOptions apps = new AppsOptions();

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      description =
          "Requests: a JSON array, an object with \"requests\", or one request a line. Without:"
              + " those of the recorded set.")
  @Nullable String requests;

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<AppsFile> input = apps.read(arguments);
    Path file =
        arguments.<Path>optional("--requests", requests, Arguments.file(), "a readable file").get();
    arguments.check();
    AppsFile read = input.get();
    List<JsonNode> asked = file == null ? of(read.document()) : read(file);
    if (file == null && !read.document().has("requests")) {
      arguments.problem("--requests: missing (expected: a readable file, or a recorded set)");
      arguments.check();
    }
    EdgeModel model = read.model(read.options(apps.groups).build(), console);
    return explain(model, asked, console);
  }

  private static int explain(EdgeModel model, List<JsonNode> asked, Console console) {
    int expected = 0;
    int different = 0;
    for (int n = 0; n < asked.size(); n++) {
      AskedRequest request = AskedRequest.read(asked.get(n), n, model.options().ports());
      EdgeExplanation explanation = model.explain(request.request());
      expected += request.expect() == null ? 0 : 1;
      boolean met = request.isMetBy(explanation);
      different += met ? 0 : 1;
      print(toJson(n, explanation), console);
      if (!met) {
        console.err().println("dcos-net: request " + n + ": expected " + request.expect());
      }
    }
    if (expected > 0) {
      ObjectNode summary = JsonNodeFactory.instance.objectNode();
      summary.put("requests", asked.size());
      summary.put("equal", asked.size() - different);
      summary.put("different", different);
      print(summary, console);
    }
    return different == 0 ? ExitCode.OK : ExitCode.DIFFERENCE;
  }

  /** A line is a line, for persons as well: there may be thousands. */
  private static void print(ObjectNode line, Console console) {
    console.line(line.toString());
  }

  private static ObjectNode toJson(int n, EdgeExplanation explanation) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("n", n);
    if (explanation.outcome() == Outcome.ANSWERED) {
      line.put("status", explanation.status());
    } else {
      line.put("status", AskedRequest.status(explanation));
    }
    ArrayNode servers = line.putArray("servers");
    explanation.servers().forEach(server -> servers.add(server.toString()));
    if (explanation.location() != null) {
      line.put("location", explanation.location());
    }
    ArrayNode why = line.putArray("why");
    explanation.why().forEach(why::add);
    return line;
  }

  private static List<JsonNode> of(JsonNode document) {
    List<JsonNode> nodes = new ArrayList<>();
    (document.isArray() ? document : document.path("requests")).forEach(nodes::add);
    return nodes;
  }

  private static List<JsonNode> read(Path file) {
    try (MappingIterator<JsonNode> values =
        JSON.readerFor(JsonNode.class).readValues(file.toFile())) {
      // The reader opens an array by itself, so elements and lines look alike.
      List<JsonNode> nodes = values.readAll();
      return nodes.size() == 1 && nodes.get(0).has("requests") ? of(nodes.get(0)) : nodes;
    } catch (JsonProcessingException e) {
      throw CommandFailure.refused(file + ": not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw CommandFailure.refused(file + ": cannot be read: " + e.getMessage());
    }
  }
}
