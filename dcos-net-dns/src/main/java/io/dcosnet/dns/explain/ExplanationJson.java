// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.dns.explain.Explanation.Answer;
import io.dcosnet.dns.explain.Explanation.Origin;
import io.dcosnet.dns.explain.Explanation.Step;
import io.dcosnet.dns.explain.Explanation.ZoneFacts;
import io.dcosnet.dns.json.JsonText;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An explanation as a JSON object. A pure function. */
final class ExplanationJson {

  private ExplanationJson() {}

  static Bytes of(Explanation explanation) {
    return JsonText.indented(json -> write(json, explanation));
  }

  private static void write(JsonGenerator json, Explanation explanation) throws IOException {
    json.writeStartObject();
    writeTextOrNull(json, "name", explanation.name());
    json.writeStringField("type", RecordType.name(explanation.type()));
    writeTextOrNull(json, "client", explanation.client());
    int rcode = explanation.rcode();
    writeTextOrNull(json, "rcode", rcode == Explanation.OPEN ? null : Rcode.name(rcode));
    json.writeArrayFieldStart("steps");
    for (Step step : explanation.steps()) {
      json.writeStartObject();
      json.writeStringField("kind", step.kind().name().toLowerCase(Locale.ROOT));
      json.writeStringField("text", step.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    writeZone(json, explanation.zone());
    writeAnswer(json, explanation);
    writeOrigins(json, explanation);
    json.writeArrayFieldStart("collisions");
    for (String wish : explanation.collisions()) {
      json.writeString(wish);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("refused");
    for (Rejection refused : explanation.refused()) {
      json.writeStartObject();
      json.writeStringField("kind", refused.kind());
      json.writeStringField("subject", refused.subject());
      json.writeStringField("code", refused.code());
      json.writeStringField("detail", refused.detail());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("suggestions");
    for (DomainName suggestion : explanation.suggestions()) {
      json.writeString(suggestion.toString());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeZone(JsonGenerator json, @Nullable ZoneFacts zone) throws IOException {
    if (zone == null) {
      json.writeNullField("zone");
      return;
    }
    json.writeObjectFieldStart("zone");
    json.writeStringField("origin", zone.origin().toString());
    json.writeStringField("state", zone.state().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("serial", zone.serial());
    Duration age = zone.age();
    if (age == null) {
      json.writeNullField("ageSeconds");
    } else {
      json.writeNumberField("ageSeconds", age.toSeconds());
    }
    json.writeNumberField("names", zone.names());
    json.writeNumberField("records", zone.records());
    json.writeEndObject();
  }

  private static void writeAnswer(JsonGenerator json, Explanation explanation) throws IOException {
    json.writeArrayFieldStart("answer");
    for (Answer record : explanation.answer()) {
      json.writeStartObject();
      json.writeStringField("name", record.owner().toString());
      json.writeNumberField("ttl", record.ttlSeconds());
      json.writeStringField("type", RecordType.name(record.type()));
      json.writeStringField("data", record.data());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeOrigins(JsonGenerator json, Explanation explanation) throws IOException {
    json.writeArrayFieldStart("origins");
    for (Origin one : explanation.origins()) {
      RecordOrigin origin = one.origin();
      Instant time = origin.time();
      json.writeStartObject();
      json.writeStringField("name", one.owner().toString());
      json.writeStringField("type", RecordType.name(origin.type()));
      json.writeStringField("data", origin.data());
      json.writeStringField("kind", origin.kind());
      json.writeStringField("subject", origin.subject());
      json.writeStringField("event", origin.event());
      writeTextOrNull(json, "time", time);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeTextOrNull(JsonGenerator json, String field, @Nullable Object value)
      throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeStringField(field, value.toString());
    }
  }
}
