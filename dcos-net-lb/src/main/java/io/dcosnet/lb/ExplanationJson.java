// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.VipExplanation.Chance;
import io.dcosnet.lb.VipExplanation.Elsewhere;
import io.dcosnet.lb.VipExplanation.Published;
import io.dcosnet.lb.VipExplanation.Serving;
import io.dcosnet.lb.VipExplanation.Told;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.internal.JsonText;
import io.dcosnet.lb.vip.NameStanding;
import io.dcosnet.lb.vip.VipChange;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An explanation as a JSON object. A pure function. */
final class ExplanationJson {

  private final JsonGenerator json;

  private ExplanationJson(JsonGenerator json) {
    this.json = json;
  }

  static Bytes of(VipExplanation explanation) {
    return JsonText.compact(json -> new ExplanationJson(json).write(explanation));
  }

  private interface Writer<T> {
    void write(T one) throws IOException;
  }

  private void write(VipExplanation explanation) throws IOException {
    json.writeStartObject();
    json.writeStringField("protocol", explanation.key().protocol().toString());
    JsonText.textOrNull(json, "name", explanation.key().name());
    JsonText.textOrNull(json, "address", explanation.key().address());
    json.writeNumberField("port", explanation.key().port());
    JsonText.textOrNull(json, "fqdn", explanation.fqdn());
    json.writeStringField("verdict", explanation.verdict());
    json.writeBooleanField("works", explanation.works());
    array("published", explanation.published(), this::published);
    array("told", explanation.told(), this::told);
    array("naming", explanation.naming(), this::naming);
    array("serving", explanation.serving(), this::serving);
    array("changes", explanation.changes(), this::change);
    array("elsewhere", explanation.elsewhere(), this::elsewhere);
    array("refused", explanation.refused(), this::refused);
    json.writeArrayFieldStart("advice");
    for (String advice : explanation.advice()) {
      json.writeString(advice);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private <T> void array(String field, List<T> all, Writer<T> writer) throws IOException {
    json.writeArrayFieldStart(field);
    for (T one : all) {
      json.writeStartObject();
      writer.write(one);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void backend(Backend backend) throws IOException {
    json.writeStringField("endpoint", backend.endpoint().toString());
    json.writeStringField("node", backend.node().toString());
    json.writeStringField("state", word(backend.state()));
    json.writeNumberField("weight", backend.weight());
  }

  private void published(Published one) throws IOException {
    json.writeStringField("framework", one.task().frameworkId());
    json.writeStringField("task", one.task().taskId());
    backend(one.backend());
  }

  private void told(Told one) throws IOException {
    backend(one.backend());
    json.writeStringField("zone", one.zone());
    json.writeStringField("writer", one.writer().toString());
    json.writeStringField("writerState", word(one.writerState()));
    json.writeBooleanField("counts", one.counts());
    json.writeStringField("reach", word(one.reach()));
    json.writeBooleanField("drained", one.drained());
    json.writeBooleanField("failing", one.failing());
    time("since", one.sinceMillis());
    time("changed", one.changedMillis());
  }

  private void naming(NameStanding one) throws IOException {
    json.writeStringField("preferred", one.preferred().toString());
    JsonText.textOrNull(json, "address", one.address());
    time("claimed", one.claimedMillis());
    json.writeArrayFieldStart("claimants");
    for (NodeId node : one.claimants()) {
      json.writeString(node.toString());
    }
    json.writeEndArray();
    JsonText.textOrNull(json, "inTheWay", one.inTheWay());
  }

  private void serving(Serving one) throws IOException {
    json.writeStringField("address", one.frontend().endpoint().toString());
    json.writeStringField("state", one.state());
    JsonText.textOrNull(json, "clientsUse", one.clientsUse());
    json.writeStringField("reason", one.reason());
    json.writeStringField("policy", one.options().policy().word());
    json.writeNumberField("affinitySeconds", one.options().affinity().toSeconds());
    json.writeStringField("locality", word(one.options().locality()));
    json.writeStringField("proxyHeader", word(one.options().proxyHeader()));
    json.writeStringField("check", one.options().check().toString());
    Traffic traffic = one.traffic();
    if (traffic == null) {
      json.writeNullField("traffic");
    } else {
      json.writeObjectFieldStart("traffic");
      json.writeNumberField("connections", traffic.connections());
      json.writeNumberField("active", traffic.active());
      json.writeNumberField("bytesToBackends", traffic.toBackends());
      json.writeNumberField("bytesToClients", traffic.toClients());
      json.writeObjectFieldStart("failures");
      for (Map.Entry<Failure, Long> kind : new TreeMap<>(traffic.failures()).entrySet()) {
        json.writeNumberField(word(kind.getKey()), kind.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    array("targets", one.chances(), this::chance);
  }

  private void chance(Chance one) throws IOException {
    json.writeStringField("endpoint", one.endpoint().toString());
    JsonText.textOrNull(json, "node", one.node());
    json.writeStringField("state", word(one.state()));
    json.writeNumberField("tableWeight", one.table());
    json.writeNumberField("nearWeight", one.near());
    json.writeNumberField("effectiveWeight", one.effective());
    json.writeStringField("health", one.health());
    numberUnless("connections", one.connections());
    numberUnless("cutInMillis", one.cutInMillis());
  }

  private void numberUnless(String field, long value) throws IOException {
    if (value < 0) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, value);
    }
  }

  private void change(VipChange one) throws IOException {
    json.writeStringField("what", one.what());
    json.writeStringField("why", one.why());
    time("happened", one.sourceMillis());
    time("decided", one.decidedMillis());
    time("applied", one.appliedMillis());
  }

  private void elsewhere(Elsewhere one) throws IOException {
    json.writeStringField("node", one.node().toString());
    json.writeStringField("problem", one.problem());
    array("changes", one.changes(), this::change);
  }

  private void refused(Rejection one) throws IOException {
    json.writeStringField("kind", one.kind());
    json.writeStringField("subject", one.subject());
    json.writeStringField("code", one.code());
    json.writeStringField("detail", one.detail());
  }

  private void time(String field, long millis) throws IOException {
    JsonText.textOrNull(json, field, millis == 0 ? null : Instant.ofEpochMilli(millis));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
