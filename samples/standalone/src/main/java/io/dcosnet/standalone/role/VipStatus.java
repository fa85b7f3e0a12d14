// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.Suspicion;
import io.dcosnet.lb.VipInspection;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.Considered.Fate;
import io.dcosnet.lb.health.HealthSnapshot;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.standalone.config.DataPathKind;
import io.dcosnet.standalone.config.LbConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code /v1/status} says of VIPs: how many there are, where clients find them, and what is
 * wrong with some.
 *
 * <p><b>Thread-safe.</b>
 */
final class VipStatus {

  /** As many are listed; the counts tell of the others. */
  private static final int MOST_LISTED = 20;

  private final VipLoadBalancer balancer;
  private final LbConfig config;
  private final VipPlace place;
  private final VipSuspects suspects;

  VipStatus(VipLoadBalancer balancer, LbConfig config, VipPlace place, VipSuspects suspects) {
    this.suspects = suspects;
    this.balancer = balancer;
    this.config = config;
    this.place = place;
  }

  /** Where clients on this node find VIPs, in a sentence. */
  String place() {
    if (config.dataPath() == DataPathKind.NONE) {
      return "vips have names only, as lb.dataPath says";
    }
    String carries = balancer.inspect().dataPath().name();
    if (!isUserspace(carries)) {
      return "vips by "
          + carries
          + " at their own addresses"
          + (config.listenRange() == null
              ? ""
              : "; lb.listenRange " + config.listenRange() + " is for user space and not used")
          + rejected(balancer.inspect());
    }
    return userspace() + rejected(balancer.inspect());
  }

  private static boolean isUserspace(String carries) {
    return carries.equals(DataPaths.USERSPACE);
  }

  /** Why nothing better carries connections; empty when nobody looked for better. */
  private static String rejected(VipInspection vips) {
    String reasons =
        vips.dataPath().considered().stream()
            .filter(one -> one.fate() == Fate.UNUSABLE)
            .map(one -> one.name() + ": " + one.reason())
            .collect(joining("; "));
    return reasons.isEmpty() ? "" : " (not usable: " + reasons + ")";
  }

  private String userspace() {
    Cidr standIns = place.standIns();
    return standIns == null
        ? "vips in user space at their own addresses: " + place.why()
        : "vips in user space at addresses of " + standIns + ": " + place.why();
  }

  ObjectNode document() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("state", balancer.state().toString());
    document.put("dataPath", word(config.dataPath()));
    Cidr standIns = place.standIns();
    String carries = balancer.inspect().dataPath().name();
    document.put("carriedBy", carries);
    if (isUserspace(carries)) {
      document.put("listenRange", standIns == null ? null : standIns.toString());
    }
    document.put("place", place());
    document.put("source", word(config.source()));
    document.put("publishing", word(config.publishing()));
    document.put("alone", config.alone());
    VipTable table = balancer.table();
    document.put("names", balancer.directory().snapshot().byName().size());
    document.put("vips", table.services().size());
    count(table, document);
    trust(balancer.health(), document);
    suspected(suspects.holding(), document);
    document.put("partitionGuard", balancer.inspect().isGuarding());
    faulty(balancer.report(), document);
    rejected(balancer.rejections(), document);
    return document;
  }

  private static void count(VipTable table, ObjectNode document) {
    Map<Backend.State, Long> byState = new TreeMap<>();
    long withoutAny = 0;
    for (Service service : table.services().values()) {
      service.targets().forEach(target -> byState.merge(target.state(), 1L, Long::sum));
      if (service.targets().stream().noneMatch(Target::takesNew)) {
        withoutAny++;
      }
    }
    ObjectNode backends = document.putObject("backends");
    for (Backend.State state : Backend.State.values()) {
      backends.put(word(state), byState.getOrDefault(state, 0L));
    }
    document.put("vipsWithoutBackend", withoutAny);
  }

  private static void trust(HealthSnapshot health, ObjectNode document) {
    document.put("ejected", health.distrusted().size());
    document.put("inPanic", health.inPanic().size());
  }

  private static void suspected(List<Suspicion> all, ObjectNode document) {
    document.put("suspected", all.size());
    ArrayNode listed = document.putArray("suspects");
    all.stream()
        .limit(MOST_LISTED)
        .forEach(
            one ->
                listed
                    .addObject()
                    .put("vip", one.place().key().toString())
                    .put("backend", one.place().endpoint().toString())
                    .put("ejectedBy", one.ejectedBy().size())
                    .put("trustedBy", one.trustedBy().size()));
  }

  private static void faulty(ApplyReport report, ObjectNode document) {
    Map<Frontend, Outcome> faulty = new TreeMap<>();
    report
        .services()
        .forEach(
            (frontend, outcome) -> {
              if (outcome.state() != ApplyReport.State.SERVING) {
                faulty.put(frontend, outcome);
              }
            });
    document.put("notServed", faulty.size());
    ArrayNode listed = document.putArray("faults");
    faulty.entrySet().stream()
        .limit(MOST_LISTED)
        .forEach(
            entry -> {
              HostPort client = entry.getValue().client();
              listed
                  .addObject()
                  .put("vip", vip(report.table(), entry.getKey()))
                  .put("at", client == null ? null : client.toString())
                  .put("state", entry.getValue().state().toString())
                  .put("reason", entry.getValue().reason());
            });
  }

  private static String vip(VipTable table, Frontend frontend) {
    return table
        .service(frontend)
        .map(service -> service.key().toString())
        .orElseGet(frontend::toString);
  }

  private static void rejected(List<Rejection> all, ObjectNode document) {
    document.put("rejected", all.size());
    ArrayNode listed = document.putArray("rejections");
    all.stream()
        .limit(MOST_LISTED)
        .forEach(
            rejection ->
                listed
                    .addObject()
                    .put("kind", rejection.kind())
                    .put("subject", rejection.subject())
                    .put("code", rejection.code())
                    .put("detail", rejection.detail()));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
