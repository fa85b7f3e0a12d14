// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.overlay.AllocationStatus;
import io.dcosnet.overlay.MasterStatus;
import io.dcosnet.overlay.MasterView;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Blocker;
import io.dcosnet.overlay.allocate.Dispute;
import io.dcosnet.overlay.allocate.Explanation;
import io.dcosnet.overlay.allocate.PoolUsage;
import io.dcosnet.overlay.config.Capacity;
import io.dcosnet.overlay.config.ConfigCheck;
import io.dcosnet.overlay.config.ConfigProblem;
import java.util.List;
import java.util.Locale;

/** Documents of a master that DC/OS had nothing like. */
final class MasterJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private MasterJson() {}

  static ObjectNode status(MasterStatus status) {
    ObjectNode json = NODES.objectNode();
    AllocationStatus allocations = status.allocations();
    json.put("phase", allocations.phase().name().toLowerCase(Locale.ROOT));
    json.put("serving", status.isServing());
    json.put("reason", allocations.reason());
    json.put("epoch", allocations.epoch());
    json.put("revision", status.revision());
    status.leader().ifPresent(uri -> json.put("leader", uri.toString()));
    status
        .collecting()
        .ifPresent(
            left ->
                json.putObject("collecting")
                    .put("secondsLeft", left.toSeconds())
                    .put("claims", status.claims()));
    blockers(json.putArray("blockers"), allocations.blockers());
    ArrayNode disputes = json.putArray("disputes");
    for (Dispute dispute : status.disputes()) {
      disputes.add(
          record(dispute.claim().record())
              .put("revision", dispute.claim().revision())
              .put("reason", dispute.reason()));
    }
    ArrayNode frozen = json.putArray("duplicateIds");
    for (MasterStatus.FrozenId one : status.frozen()) {
      ObjectNode id = frozen.addObject();
      id.put("agentId", one.agent().toString()).put("heldAt", one.at().toString());
      ArrayNode from = id.putArray("heardFrom");
      one.heardFrom().forEach(ip -> from.add(ip.toString()));
    }
    if (status.behind() > 0) {
      json.put("behind", status.behind());
    }
    return json;
  }

  /** Agents with their ids, and how full the pools are. */
  static ObjectNode agents(MasterView view, long nanos) {
    ObjectNode json = NODES.objectNode();
    json.put("revision", view.revision());
    ArrayNode agents = json.putArray("agents");
    view.allocations().agents().forEach(agent -> agents.add(record(agent)));
    ArrayNode pools = json.putArray("pools");
    for (PoolUsage usage : view.allocations().usage(nanos)) {
      pools
          .addObject()
          .put("pool", usage.pool().toString())
          .put("size", usage.size())
          .put("used", usage.used())
          .put("quarantined", usage.quarantined())
          .put("withheld", usage.withheld())
          .put("free", usage.free());
    }
    return json;
  }

  private static ObjectNode record(AgentRecord record) {
    ObjectNode json = NODES.objectNode();
    json.put("agentId", record.agent().toString());
    json.putRawValue("record", new RawValue(record.toJson().toUtf8()));
    return json;
  }

  static ObjectNode verify(long revision, List<Rejection> broken) {
    ObjectNode json = NODES.objectNode();
    json.put("revision", revision);
    json.put("sound", broken.isEmpty());
    rejections(json.putArray("broken"), broken);
    return json;
  }

  static ObjectNode check(ConfigCheck check, List<Blocker> blockers) {
    ObjectNode json = NODES.objectNode();
    json.put("possible", check.ok() && blockers.isEmpty());
    problems(json.putArray("problems"), check.problems());
    problems(json.putArray("warnings"), check.warnings());
    blockers(json.putArray("blockers"), blockers);
    ArrayNode capacities = json.putArray("capacities");
    for (Capacity capacity : check.capacities()) {
      ObjectNode one = capacities.addObject();
      one.put("option", capacity.option());
      one.put("subject", capacity.subject());
      one.put("subnet", capacity.subnet().toString());
      one.put("agents", capacity.agents());
      if (capacity.ranges() > 0) {
        one.put("ranges", capacity.ranges()).put("containers", capacity.containers());
      }
    }
    check.config().ifPresent(config -> json.putRawValue("network", new RawValue(config.toJson())));
    return json;
  }

  private static void problems(ArrayNode list, List<ConfigProblem> problems) {
    for (ConfigProblem problem : problems) {
      list.addObject()
          .put("code", problem.code())
          .put("option", problem.option())
          .put("value", problem.value())
          .put("expected", problem.expected());
    }
  }

  static void blockers(ArrayNode list, List<Blocker> blockers) {
    for (Blocker blocker : blockers) {
      ObjectNode one = list.addObject();
      one.put("code", blocker.code());
      one.put("option", blocker.option());
      one.put("expected", blocker.expected());
      ArrayNode allocations = one.putArray("allocations");
      blocker.allocations().forEach(allocations::add);
    }
  }

  static ObjectNode explanation(Explanation explained) {
    ObjectNode json = NODES.objectNode();
    json.put("address", explained.address().toString());
    json.put("finding", explained.finding().name().toLowerCase(Locale.ROOT));
    explained.pool().ifPresent(pool -> json.put("pool", pool.toString()));
    explained.element().ifPresent(element -> json.put("element", element.toString()));
    explained.agent().ifPresent(agent -> json.setAll(record(agent)));
    json.put("detail", explained.detail());
    return json;
  }

  static void rejections(ArrayNode list, List<Rejection> rejections) {
    for (Rejection rejection : rejections) {
      list.addObject()
          .put("kind", rejection.kind())
          .put("subject", rejection.subject())
          .put("code", rejection.code())
          .put("detail", rejection.detail());
    }
  }
}
