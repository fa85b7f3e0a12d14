// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.Bytes;
import io.dcosnet.dns.json.JsonText;
import io.dcosnet.dns.records.RecordEnumeration;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documents of Mesos-DNS' API. Every method is a pure function.
 *
 * @see <a href="https://github.com/mesosphere/mesos-dns">mesosphere/mesos-dns
 *     resolver/resolver.go</a>
 */
final class MesosDnsJson {

  private static final String SOURCE = "https://github.com/mesosphere/mesos-dns";

  private MesosDnsJson() {}

  static Bytes version(String version) {
    return JsonText.indented(
        json -> {
          json.writeStartObject();
          json.writeStringField("Service", "Mesos-DNS");
          json.writeStringField("URL", SOURCE);
          json.writeStringField("Version", version);
          json.writeEndObject();
        });
  }

  /** A name that does not exist is one object with empty texts: clients look at the first. */
  static Bytes hosts(@Nullable ZoneNode node) {
    return JsonText.indented(
        json -> {
          json.writeStartArray();
          int written = 0;
          if (node != null) {
            written += writeHosts(json, node, RecordType.A);
            written += writeHosts(json, node, RecordType.AAAA);
          }
          if (written == 0) {
            writeHost(json, "", "");
          }
          json.writeEndArray();
        });
  }

  private static int writeHosts(JsonGenerator json, ZoneNode node, int type) throws IOException {
    RecordSet set = node.set(type);
    if (set == null) {
      return 0;
    }
    for (String address : set.toText()) {
      writeHost(json, node.name().toRawText(), address);
    }
    return set.size();
  }

  private static void writeHost(JsonGenerator json, String host, String ip) throws IOException {
    json.writeStartObject();
    json.writeStringField("host", host);
    json.writeStringField("ip", ip);
    json.writeEndObject();
  }

  /** As {@link #hosts}; a service whose host has no address is left out. */
  static Bytes services(String asked, @Nullable ZoneNode node, ZoneSnapshot zone) {
    RecordSet set = node == null ? null : node.set(RecordType.SRV);
    return JsonText.indented(
        json -> {
          json.writeStartArray();
          int written = 0;
          for (Service service : set == null ? List.<Service>of() : Service.of(set)) {
            ZoneNode host = zone.find(service.target());
            if (host != null) {
              written += writeService(json, asked, service, host.set(RecordType.A));
              written += writeService(json, asked, service, host.set(RecordType.AAAA));
            }
          }
          if (written == 0) {
            writeService(json, "", "", "", "");
          }
          json.writeEndArray();
        });
  }

  private static int writeService(
      JsonGenerator json, String asked, Service service, @Nullable RecordSet addresses)
      throws IOException {
    if (addresses == null) {
      return 0;
    }
    String host = service.target().toRawText();
    writeService(json, asked, host, addresses.toText().get(0), Integer.toString(service.port()));
    return 1;
  }

  private static void writeService(
      JsonGenerator json, String service, String host, String ip, String port) throws IOException {
    json.writeStartObject();
    json.writeStringField("service", service);
    json.writeStringField("host", host);
    json.writeStringField("ip", ip);
    json.writeStringField("port", port);
    json.writeEndObject();
  }

  /** No framework at all is null rather than an empty list, as Go writes what was never filled. */
  static Bytes enumeration(RecordEnumeration enumeration) {
    return JsonText.indented(
        json -> {
          json.writeStartObject();
          if (enumeration.frameworks().isEmpty()) {
            json.writeNullField("frameworks");
          } else {
            json.writeArrayFieldStart("frameworks");
            for (RecordEnumeration.OfFramework framework : enumeration.frameworks()) {
              write(json, framework);
            }
            json.writeEndArray();
          }
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, RecordEnumeration.OfFramework framework)
      throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("tasks");
    for (RecordEnumeration.OfTask task : framework.tasks()) {
      json.writeStartObject();
      json.writeStringField("name", task.name());
      json.writeStringField("id", task.id());
      json.writeArrayFieldStart("records");
      for (RecordEnumeration.Entry record : task.records()) {
        json.writeStartObject();
        json.writeStringField("name", record.name());
        json.writeStringField("host", record.value());
        json.writeStringField("rtype", RecordType.name(record.type()));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringField("name", framework.name());
    json.writeEndObject();
  }
}
