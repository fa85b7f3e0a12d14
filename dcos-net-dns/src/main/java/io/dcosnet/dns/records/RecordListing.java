// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.dcosnet.api.model.Rejection;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All records of a zone as text, the way Mesos-DNS lists them: owners with the final dot, nothing
 * escaped; addresses; services as {@code target.:port}. Owners are in lower case and sorted, so are
 * the values of each.
 *
 * <p><b>Immutable.</b>
 *
 * @param a IPv4 addresses by owner
 * @param aaaa IPv6 addresses by owner
 * @param srv services by owner
 * @param refused what could not become a record, and why
 * @param collisions names that were wanted for different things, with those
 */
public record RecordListing(
    MesosDnsConfig config,
    SortedMap<String, List<String>> a,
    SortedMap<String, List<String>> aaaa,
    SortedMap<String, List<String>> srv,
    List<Rejection> refused,
    SortedMap<String, List<String>> collisions) {

  public RecordListing {
    a = Collections.unmodifiableSortedMap(new TreeMap<>(a));
    aaaa = Collections.unmodifiableSortedMap(new TreeMap<>(aaaa));
    srv = Collections.unmodifiableSortedMap(new TreeMap<>(srv));
    refused = List.copyOf(refused);
    collisions = Collections.unmodifiableSortedMap(new TreeMap<>(collisions));
  }

  /**
   * The answer of Mesos-DNS to {@code GET /v1/axfr}.
   *
   * @param serial of the zone, 0 when it has none
   */
  public String toAxfrJson(long serial) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeNumberField("TTL", config.ttlSeconds());
      json.writeNumberField("Serial", serial);
      json.writeNumberField("RefreshSeconds", config.refreshSeconds());
      json.writeStringField("Mname", config.apex().primary().toRawText());
      json.writeStringField("Rname", config.apex().mailbox().toRawText());
      json.writeStringField("Domain", config.domain());
      json.writeObjectFieldStart("Records");
      write(json, "As", a);
      write(json, "AAAAs", aaaa);
      write(json, "SRVs", srv);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, String type, Map<String, List<String>> records)
      throws IOException {
    json.writeObjectFieldStart(type);
    for (Map.Entry<String, List<String>> record : records.entrySet()) {
      json.writeArrayFieldStart(record.getKey());
      for (String value : record.getValue()) {
        json.writeString(value);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
