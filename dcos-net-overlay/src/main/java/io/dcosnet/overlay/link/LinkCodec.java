// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.link;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.ConfigCheck;
import io.dcosnet.overlay.config.ConfigProblem;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.json.JsonObject;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.RegisterAnswer.Assigned;
import io.dcosnet.overlay.link.RegisterAnswer.Later;
import io.dcosnet.overlay.link.RegisterAnswer.Refused;
import io.dcosnet.overlay.link.RegisterAnswer.Unchanged;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How the words of {@link MasterLink} stand on a wire: JSON within the limits of {@link
 * JsonObject}. Each answer says by itself what it is.
 *
 * <pre>
 * request   {"agentId","ip","wants":{"subnets","networks","pools"},"held":{…},"revision","appliedHash"}
 * assigned  {"agentId","record":{…},"network":{…},"revision","shortfalls":[…]}
 * unchanged {"unchanged":true,"revision","shortfalls":[…]}
 * refused   {"refused":{"kind","subject","code","detail"}}
 * later     {"later":{"kind","subject","code","detail"},"afterMillis"}
 * report    {"agentId","revision","overlays":[{"name","status":"STATUS_OK","error"}]}
 * </pre>
 */
public final class LinkCodec {

  /** Longest that an agent is made to wait; what asks for more is read as this. */
  public static final Duration MAX_LATER = Duration.ofHours(1);

  private LinkCodec() {}

  /** Status of HTTP that goes with an answer. */
  public static int status(RegisterAnswer answer) {
    if (answer instanceof Refused) {
      return 409;
    }
    return answer instanceof Later ? 503 : 200;
  }

  public static Bytes encode(RegisterRequest request) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("agentId", request.agent().toString());
    json.put("ip", request.ip().toString());
    ObjectNode wants = json.putObject("wants");
    wants.put("subnets", request.wants().subnets());
    request.wants().networks().ifPresent(names -> texts(wants.putArray("networks"), names));
    request.wants().pools().ifPresent(ids -> texts(wants.putArray("pools"), ids));
    request.held().ifPresent(held -> raw(json, "held", held.toJson()));
    json.put("revision", request.revision());
    json.put("appliedHash", request.hash());
    return Bytes.utf8(json.toString());
  }

  /**
   * Reads a request.
   *
   * @throws DecodeException for anything that {@link #encode(RegisterRequest)} does not write
   */
  public static RegisterRequest decodeRequest(Bytes document) {
    JsonObject json = JsonObject.parse(document);
    return JsonObject.strictly(
        () -> {
          NodeId agent = NodeId.parse(json.neededText("agentId"));
          Optional<AgentRecord> held =
              json.object("held").map(record -> AgentRecord.ofJson(agent, record.toBytes()));
          return new RegisterRequest(
              agent,
              IpAddress.parse(json.neededText("ip")),
              json.object("wants").map(LinkCodec::wants).orElse(Wants.EVERYTHING),
              held,
              revision(json.number("revision").orElse(0L), held.isPresent() ? 1 : 0),
              json.text("appliedHash").orElse(""));
        });
  }

  public static Bytes encode(RegisterAnswer answer) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (answer instanceof Assigned assigned) {
      Assignment assignment = assigned.assignment();
      assignment(json, assignment);
      shortfalls(json, assigned.shortfalls());
    } else if (answer instanceof Unchanged unchanged) {
      json.put("unchanged", true);
      json.put("revision", unchanged.revision());
      shortfalls(json, unchanged.shortfalls());
    } else if (answer instanceof Refused refused) {
      rejection(json.putObject("refused"), refused.reason());
    } else if (answer instanceof Later later) {
      rejection(json.putObject("later"), later.reason());
      json.put("afterMillis", millis(later.after()));
    }
    return Bytes.utf8(json.toString());
  }

  /**
   * Reads an answer.
   *
   * @param agent who asked; an answer that was meant for another one is a fault
   * @throws DecodeException for anything that {@link #encode(RegisterAnswer)} does not write
   */
  public static RegisterAnswer decodeAnswer(NodeId agent, Bytes document) {
    JsonObject json = JsonObject.parse(document);
    return JsonObject.strictly(
        () -> {
          if (json.has("record")) {
            Assignment assignment = assignment(json);
            requireFor(agent, assignment);
            return new Assigned(assignment, shortfalls(json));
          }
          if (json.flag("unchanged").orElse(false)) {
            return new Unchanged(revision(json.neededNumber("revision"), 1), shortfalls(json));
          }
          if (json.has("refused")) {
            return new Refused(rejection(json.neededObject("refused")));
          }
          long after = json.number("afterMillis").orElse(0L);
          return new Later(
              rejection(json.neededObject("later")),
              Duration.ofMillis(Math.max(0, Math.min(MAX_LATER.toMillis(), after))));
        });
  }

  /** An assignment as an agent keeps it: the assigned answer without shortfalls. */
  public static Bytes encode(Assignment assignment) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    assignment(json, assignment);
    return Bytes.utf8(json.toString());
  }

  /**
   * Reads an assignment.
   *
   * @throws DecodeException for anything that {@link #encode(Assignment)} does not write
   */
  public static Assignment decodeAssignment(Bytes document) {
    JsonObject json = JsonObject.parse(document);
    return JsonObject.strictly(() -> assignment(json));
  }

  public static Bytes encode(AppliedReport report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("agentId", report.agent().toString());
    json.put("revision", report.revision());
    ArrayNode overlays = json.putArray("overlays");
    for (OverlayState state : report.overlays()) {
      overlays
          .addObject()
          .put("name", state.overlay())
          .put("status", state.status().text())
          .put("error", state.error());
    }
    return Bytes.utf8(json.toString());
  }

  /**
   * Reads a report.
   *
   * @throws DecodeException for anything that {@link #encode(AppliedReport)} does not write
   */
  public static AppliedReport decodeReport(Bytes document) {
    JsonObject json = JsonObject.parse(document);
    return JsonObject.strictly(
        () ->
            new AppliedReport(
                NodeId.parse(json.neededText("agentId")),
                revision(json.neededNumber("revision"), 1),
                json.objects("overlays").stream().map(LinkCodec::overlayState).toList()));
  }

  private static OverlayState overlayState(JsonObject json) {
    String status = json.neededText("status");
    return new OverlayState(
        json.neededText("name"),
        Arrays.stream(Status.values())
            .filter(known -> known.text().equals(status.toUpperCase(Locale.ROOT)))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "status: " + status + " (expected: STATUS_OK or another known one)")),
        json.text("error").orElse(""));
  }

  private static void assignment(ObjectNode json, Assignment assignment) {
    json.put("agentId", assignment.record().agent().toString());
    raw(json, "record", assignment.record().toJson(assignment.config()));
    raw(json, "network", Bytes.utf8(assignment.config().toJson()));
    json.put("revision", assignment.revision());
  }

  private static Assignment assignment(JsonObject json) {
    NodeId agent = NodeId.parse(json.neededText("agentId"));
    AgentRecord record = AgentRecord.ofJson(agent, json.neededObject("record").toBytes());
    ConfigCheck check = NetworkConfig.check(json.neededObject("network").toBytes());
    NetworkConfig config =
        check
            .config()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "network: "
                            + check.problems().stream()
                                .limit(3)
                                .map(ConfigProblem::toString)
                                .toList()));
    return new Assignment(record, config, json.neededNumber("revision"));
  }

  private static void requireFor(NodeId agent, Assignment assignment) {
    NodeId named = assignment.record().agent();
    if (!named.equals(agent)) {
      throw new IllegalArgumentException("agentId: " + named + " (expected: " + agent + ")");
    }
  }

  private static Wants wants(JsonObject json) {
    return new Wants(
        json.flag("subnets").orElse(true),
        json.texts("networks").map(Set::copyOf),
        json.texts("pools").map(Set::copyOf));
  }

  private static long revision(long revision, long least) {
    if (revision < least) {
      throw new IllegalArgumentException(
          "revision: " + revision + " (expected: " + least + " or more)");
    }
    return revision;
  }

  private static void shortfalls(ObjectNode json, List<Rejection> shortfalls) {
    ArrayNode list = json.putArray("shortfalls");
    shortfalls.forEach(shortfall -> rejection(list.addObject(), shortfall));
  }

  private static List<Rejection> shortfalls(JsonObject json) {
    return json.objects("shortfalls").stream().map(LinkCodec::rejection).toList();
  }

  private static void rejection(ObjectNode json, Rejection rejection) {
    json.put("kind", rejection.kind());
    json.put("subject", rejection.subject());
    json.put("code", rejection.code());
    json.put("detail", rejection.detail());
  }

  private static Rejection rejection(JsonObject json) {
    return new Rejection(
        json.neededText("kind"),
        json.neededText("subject"),
        json.neededText("code"),
        json.neededText("detail"));
  }

  private static long millis(Duration duration) {
    return duration.compareTo(MAX_LATER) > 0 ? MAX_LATER.toMillis() : duration.toMillis();
  }

  private static void texts(ArrayNode list, Collection<String> texts) {
    texts.stream().sorted().forEach(list::add);
  }

  /** What is JSON already need not be read again. */
  private static void raw(ObjectNode json, String name, Bytes value) {
    json.putRawValue(name, new RawValue(value.toUtf8()));
  }
}
