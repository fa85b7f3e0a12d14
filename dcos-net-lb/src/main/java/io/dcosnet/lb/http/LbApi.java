// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.lb.DataPathStatus;
import io.dcosnet.lb.VipInspection;
import io.dcosnet.lb.VipSnapshot;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.internal.JsonText;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a load balancer itself fares:
 *
 * <ul>
 *   <li>{@code /v1/lb/datapath}: what carries connections, what it can do on this machine, what
 *       else there was to choose from and why it was not, how it took the last table, and the
 *       services that it cannot serve, with reasons
 *   <li>{@code /v1/lb/rejected}: labels, back ends and VIPs that are left out now, with reasons;
 *       {@value #LISTED} of them unless {@code limit} says otherwise
 * </ul>
 *
 * <p><b>Thread-safe.</b>
 */
public final class LbApi implements HttpHandler {

  /** How many things a list holds. */
  static final int LISTED = 100;

  /** How many a client may ask for. */
  static final int MOST = 10_000;

  private static final HttpResponse BAD_LIMIT = Replies.bad("limit", "1-" + MOST);

  private final VipInspection vips;
  private final Executor executor;
  private final String path;

  /**
   * What this load balancer tells.
   *
   * @param executor makes the documents
   * @param prefix what stands before {@code /v1}, such as {@code /lb}; may be empty
   */
  public LbApi(VipInspection vips, Executor executor, String prefix) {
    this.vips = requireNonNull(vips, "vips");
    this.executor = requireNonNull(executor, "executor");
    path = ApiPath.checkedPrefix(prefix) + "/v1/lb/";
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    boolean dataPath = request.path().equals(path + "datapath");
    boolean rejected = request.path().equals(path + "rejected");
    if (!dataPath && !rejected) {
      return Replies.now(HttpResponse.NOT_FOUND);
    } else if (!request.isRead()) {
      return Replies.now(Replies.NOT_ALLOWED);
    }
    String limit = request.parameter("limit").orElse(Integer.toString(LISTED));
    int most = limit.matches("[0-9]{1,5}") ? Integer.parseInt(limit) : 0;
    if (most < 1 || most > MOST) {
      return Replies.now(BAD_LIMIT);
    }
    if (rejected) {
      return HttpResponse.later(
          executor, () -> HttpResponse.json(rejected(vips.rejections(), most)));
    }
    return vips.snapshot()
        .thenCompose(
            snapshot ->
                HttpResponse.later(
                    executor, () -> HttpResponse.json(dataPath(vips.dataPath(), snapshot, most))));
  }

  private static Bytes rejected(List<Rejection> rejections, int most) {
    return JsonText.compact(
        json -> {
          json.writeStartObject();
          json.writeNumberField("total", rejections.size());
          json.writeArrayFieldStart("rejected");
          for (Rejection one : rejections.subList(0, Math.min(most, rejections.size()))) {
            json.writeStartObject();
            json.writeStringField("kind", one.kind());
            json.writeStringField("subject", one.subject());
            json.writeStringField("code", one.code());
            json.writeStringField("detail", one.detail());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static Bytes dataPath(DataPathStatus status, VipSnapshot snapshot, int most) {
    return JsonText.compact(
        json -> {
          json.writeStartObject();
          json.writeStringField("name", status.name());
          writeProbe(json, status.probe());
          writeConsidered(json, status.considered());
          json.writeObjectFieldStart("applied");
          json.writeNumberField("tables", status.tables());
          json.writeNumberField("refused", status.refused());
          long at = status.appliedMillis();
          JsonText.textOrNull(json, "last", at == 0 ? null : Instant.ofEpochMilli(at));
          json.writeNumberField("tookMicros", status.took().toNanos() / 1000);
          json.writeStringField("failure", status.failure());
          json.writeEndObject();
          writeServices(json, snapshot, most);
          json.writeEndObject();
        });
  }

  private static void writeConsidered(JsonGenerator json, List<Considered> all) throws IOException {
    json.writeArrayFieldStart("considered");
    for (Considered one : all) {
      json.writeStartObject();
      json.writeStringField("name", one.name());
      json.writeStringField("fate", one.fate().name().toLowerCase(Locale.ROOT));
      json.writeStringField("reason", one.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeProbe(JsonGenerator json, @Nullable Capabilities probe)
      throws IOException {
    if (probe == null) {
      json.writeNullField("probe");
      return;
    }
    json.writeObjectFieldStart("probe");
    json.writeBooleanField("usable", probe.usable());
    json.writeStringField("detail", probe.detail());
    json.writeArrayFieldStart("protocols");
    for (String protocol : probe.protocols().stream().map(Object::toString).sorted().toList()) {
      json.writeString(protocol);
    }
    json.writeEndArray();
    json.writeBooleanField("ipv6", probe.ipv6());
    json.writeEndObject();
  }

  private static void writeServices(JsonGenerator json, VipSnapshot snapshot, int most)
      throws IOException {
    Map<ApplyReport.State, Long> counts = new EnumMap<>(ApplyReport.State.class);
    Map<Frontend, Outcome> faulty = new TreeMap<>();
    snapshot
        .report()
        .services()
        .forEach(
            (frontend, outcome) -> {
              counts.merge(outcome.state(), 1L, Long::sum);
              if (outcome.state() != ApplyReport.State.SERVING) {
                faulty.put(frontend, outcome);
              }
            });
    json.writeObjectFieldStart("services");
    for (ApplyReport.State state : ApplyReport.State.values()) {
      json.writeNumberField(VipsJson.word(state), counts.getOrDefault(state, 0L));
    }
    json.writeEndObject();
    json.writeArrayFieldStart("faulty");
    for (Map.Entry<Frontend, Outcome> one : faulty.entrySet().stream().limit(most).toList()) {
      Service service = snapshot.report().table().services().get(one.getKey());
      json.writeStartObject();
      JsonText.textOrNull(json, "vip", service == null ? null : AskedVip.textOf(service.key()));
      json.writeStringField("address", one.getKey().endpoint().toString());
      json.writeStringField("protocol", one.getKey().protocol().toString());
      json.writeStringField("state", VipsJson.word(one.getValue().state()));
      json.writeStringField("reason", one.getValue().reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
