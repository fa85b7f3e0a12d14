// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.dns.explain.Explainer;
import io.dcosnet.dns.explain.Explanation.Answer;
import io.dcosnet.dns.explain.Explanation.ZoneFacts;
import io.dcosnet.dns.json.JsonText;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The documents of {@link ZonesApi}. Every method reads the zones once. */
final class ZonesJson {

  private ZonesJson() {}

  static Bytes zones(List<Zone> zones) {
    return JsonText.indented(
        json -> {
          json.writeStartArray();
          for (Zone zone : zones) {
            write(json, Explainer.facts(zone));
          }
          json.writeEndArray();
        });
  }

  private static void write(JsonGenerator json, ZoneFacts zone) throws IOException {
    Duration age = zone.age();
    json.writeStartObject();
    json.writeStringField("origin", zone.origin().toString());
    json.writeStringField("state", zone.state().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("serial", zone.serial());
    if (age == null) {
      json.writeNullField("ageSeconds");
    } else {
      json.writeNumberField("ageSeconds", age.toSeconds());
    }
    json.writeNumberField("names", zone.names());
    json.writeNumberField("records", zone.records());
    json.writeEndObject();
  }

  static Bytes records(List<Answer> records) {
    return JsonText.indented(
        json -> {
          json.writeStartArray();
          for (Answer record : records) {
            json.writeStartObject();
            json.writeStringField("name", record.owner().toString());
            json.writeNumberField("ttl", record.ttlSeconds());
            json.writeStringField("type", RecordType.name(record.type()));
            json.writeStringField("data", record.data());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** Names with all the things that each was wanted for. */
  static Bytes collisions(List<Zone> zones) {
    return JsonText.indented(
        json -> {
          json.writeStartArray();
          for (Zone zone : zones) {
            for (Map.Entry<String, List<String>> collision : zone.collisions().entrySet()) {
              json.writeStartObject();
              json.writeStringField("zone", zone.origin().toString());
              json.writeStringField("name", collision.getKey());
              json.writeArrayFieldStart("wanted");
              for (String wish : collision.getValue()) {
                json.writeString(wish);
              }
              json.writeEndArray();
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }

  static Bytes refused(List<Zone> zones) {
    return JsonText.indented(
        json -> {
          json.writeStartArray();
          for (Zone zone : zones) {
            for (Rejection refused : zone.refused()) {
              json.writeStartObject();
              json.writeStringField("zone", zone.origin().toString());
              json.writeStringField("kind", refused.kind());
              json.writeStringField("subject", refused.subject());
              json.writeStringField("code", refused.code());
              json.writeStringField("detail", refused.detail());
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }
}
