// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

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
 * All records of a zone of dcos-net as text: owners without the final dot, in lower case; services
 * as {@code target:port}. Owners are sorted, so are the values of each.
 *
 * <p><b>Immutable.</b>
 *
 * @param a IPv4 addresses by owner
 * @param aaaa IPv6 addresses by owner
 * @param srv services by owner
 * @param hosts addresses of the names that are there for services to point to; dcos-net has neither
 * @param refused what could not become a record, and why
 * @param collisions names that were wanted for different things, with those
 */
public record DcosListing(
    SortedMap<String, List<String>> a,
    SortedMap<String, List<String>> aaaa,
    SortedMap<String, List<String>> srv,
    SortedMap<String, List<String>> hosts,
    List<Rejection> refused,
    SortedMap<String, List<String>> collisions) {

  public DcosListing {
    a = Collections.unmodifiableSortedMap(new TreeMap<>(a));
    aaaa = Collections.unmodifiableSortedMap(new TreeMap<>(aaaa));
    srv = Collections.unmodifiableSortedMap(new TreeMap<>(srv));
    hosts = Collections.unmodifiableSortedMap(new TreeMap<>(hosts));
    refused = List.copyOf(refused);
    collisions = Collections.unmodifiableSortedMap(new TreeMap<>(collisions));
  }

  /** The records as {@code {"A":{},"AAAA":{},"SRV":{},"Hosts":{}}}, each owner with a list. */
  public String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      write(json, "A", a);
      write(json, "AAAA", aaaa);
      write(json, "SRV", srv);
      write(json, "Hosts", hosts);
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
