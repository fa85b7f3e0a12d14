// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipInspection;
import io.dcosnet.lb.VipSnapshot;
import io.dcosnet.lb.VipSnapshot.Served;
import io.dcosnet.lb.VipSnapshot.Vip;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.health.Condition;
import io.dcosnet.lb.health.Condition.Status;
import io.dcosnet.lb.health.HealthSnapshot;
import io.dcosnet.lb.internal.JsonText;
import io.dcosnet.lb.vip.Candidate;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Target;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One VIP as JSON, in one of two forms: that of {@code dcos/dcos-net dcos_rest_vips_handler.erl},
 * or the same with all that we know more.
 *
 * <p><b>Thread-safe.</b>
 */
final class VipsJson {

  private final VipInspection vips;
  private final TimeSource time;

  VipsJson(VipInspection vips, TimeSource time) {
    this.vips = vips;
    this.time = time;
  }

  /** In the form of dcos-net: nothing but where to connect to, and to whom that leads. */
  static void writeOld(JsonGenerator json, VipSnapshot snapshot, Vip vip) throws IOException {
    json.writeStartObject();
    writeWhat(json, snapshot, vip.key());
    json.writeArrayFieldStart("backend");
    for (Candidate candidate : vip.told()) {
      json.writeStartObject();
      writeWhere(json, candidate.backend().endpoint());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** With all that we know. */
  void write(JsonGenerator json, VipSnapshot snapshot, HealthSnapshot health, Vip vip)
      throws IOException {
    json.writeStartObject();
    writeWhat(json, snapshot, vip.key());
    JsonText.textOrNull(json, "name", vip.key().name());
    json.writeNumberField("port", vip.key().port());
    JsonText.textOrNull(json, "address", address(vip, true));
    JsonText.textOrNull(json, "address6", address(vip, false));
    List<Served> served = vip.served();
    JsonText.textOrNull(
        json,
        "policy",
        served.isEmpty() ? null : served.get(0).service().options().policy().word());
    JsonText.textOrNull(
        json, "check", served.isEmpty() ? null : served.get(0).service().options().check());
    json.writeStringField("dataPath", dataPath(served));
    json.writeNumberField("effective", effective(served));
    json.writeBooleanField(
        "panic",
        served.stream().anyMatch(one -> health.inPanic().contains(one.service().frontend())));
    writeListeners(json, served);
    writeBackends(json, health, vip);
    json.writeEndObject();
  }

  /** That a VIP is not there any more. */
  static void writeGone(JsonGenerator json, VipSnapshot snapshot, VipKey key) throws IOException {
    json.writeStartObject();
    writeWhat(json, snapshot, key);
    json.writeEndObject();
  }

  private static void writeWhat(JsonGenerator json, VipSnapshot snapshot, VipKey key)
      throws IOException {
    String host = key.name() == null ? key.host() : key.name() + "." + snapshot.zone();
    json.writeStringField("vip", host + ":" + key.port()); // IPv6 without brackets, as dcos-net
    json.writeStringField("protocol", key.protocol().toString());
  }

  private static void writeWhere(JsonGenerator json, HostPort endpoint) throws IOException {
    json.writeStringField("ip", endpoint.address().toString());
    json.writeNumberField("port", endpoint.port());
  }

  private static void writeListeners(JsonGenerator json, List<Served> served) throws IOException {
    json.writeArrayFieldStart("listeners");
    for (Served one : served) {
      Outcome outcome = one.outcome();
      json.writeStartObject();
      json.writeStringField("address", one.service().frontend().endpoint().toString());
      JsonText.textOrNull(json, "clientsUse", outcome == null ? null : outcome.client());
      json.writeStringField("state", state(one));
      json.writeStringField("reason", outcome == null ? "" : outcome.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeBackends(JsonGenerator json, HealthSnapshot health, Vip vip)
      throws IOException {
    Map<HostPort, Target> targets = new HashMap<>();
    Map<HostPort, Integer> active = new HashMap<>();
    boolean counted = false;
    for (Served one : vip.served()) {
      Frontend frontend = one.service().frontend();
      one.service().targets().forEach(target -> targets.put(target.endpoint(), target));
      Traffic traffic = vips.traffic(frontend).orElse(null);
      if (traffic != null) {
        counted = true;
        active.putAll(traffic.activeByBackend());
      }
    }
    json.writeArrayFieldStart("backend");
    for (Candidate candidate : vip.told()) {
      Backend backend = candidate.backend();
      Target target = targets.get(backend.endpoint());
      json.writeStartObject();
      writeWhere(json, backend.endpoint());
      json.writeNumberField("weight", backend.weight());
      json.writeNumberField("effective", target == null ? 0 : target.weight());
      json.writeStringField("state", backend.state().name().toLowerCase(Locale.ROOT));
      json.writeBooleanField("reachable", candidate.reachable());
      json.writeStringField("node", backend.node().toString());
      json.writeStringField("zone", candidate.zone());
      long since = candidate.sinceMillis();
      JsonText.textOrNull(json, "since", since == 0 ? null : Instant.ofEpochMilli(since));
      writeHealth(json, health.of(new Place(vip.key(), backend.endpoint())));
      if (counted) {
        json.writeNumberField("connections", active.getOrDefault(backend.endpoint(), 0));
      } else {
        json.writeNullField("connections");
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeHealth(JsonGenerator json, Condition condition) throws IOException {
    json.writeStringField(
        "health", condition.status().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    boolean ejected = condition.status() == Status.EJECTED;
    long left =
        condition.untilNanos() == Condition.NEVER ? 0 : condition.untilNanos() - time.nanos();
    JsonText.textOrNull(
        json,
        "ejectedUntil",
        ejected ? Instant.ofEpochMilli(time.wallMillis() + left / 1_000_000L) : null);
  }

  private static @Nullable IpAddress address(Vip vip, boolean ipv4) {
    return vip.served().stream()
        .map(one -> one.service().frontend().endpoint().address())
        .filter(address -> address.isIpv4() == ipv4)
        .findFirst()
        .orElse(null);
  }

  /** Of two families the worse one. */
  private static String dataPath(List<Served> served) {
    return served.stream()
        .map(VipsJson::state)
        .filter(state -> !state.equals(word(ApplyReport.State.SERVING)))
        .findFirst()
        .orElse(served.isEmpty() ? "none" : word(ApplyReport.State.SERVING));
  }

  private static String state(Served one) {
    Outcome outcome = one.outcome();
    return outcome == null ? "waiting" : word(outcome.state());
  }

  static String word(ApplyReport.State state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static long effective(List<Served> served) {
    return served.stream()
        .flatMap(one -> one.service().targets().stream())
        .filter(Target::takesNew)
        .count();
  }
}
