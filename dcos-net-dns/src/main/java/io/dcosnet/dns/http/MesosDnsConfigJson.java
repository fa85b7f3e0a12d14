// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.json.JsonText;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.LabelSpec;
import io.dcosnet.dns.records.IpSource;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosDnsSettings;
import io.dcosnet.dns.records.MesosDnsSettings.Credentials;
import io.dcosnet.dns.zone.ZoneApex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Mesos-DNS answers to {@code /v1/config}, under its names for everything, with the secret
 * left out. A pure function.
 */
final class MesosDnsConfigJson {

  private static final String REDACTED = "********";
  private static final int DNS_PORT = 53;

  private MesosDnsConfigJson() {}

  /**
   * The document.
   *
   * @param serial of the zone, 0 when it has none
   */
  static Bytes of(MesosDnsSettings settings, long serial) {
    return JsonText.indented(
        json -> {
          json.writeStartObject();
          writeZone(json, settings.config(), serial);
          writeServing(json, settings);
          writeForwarding(json, settings);
          writeMasters(json, settings);
          json.writeEndObject();
        });
  }

  private static void writeZone(JsonGenerator json, MesosDnsConfig zone, long serial)
      throws IOException {
    ZoneApex apex = zone.apex();
    json.writeNumberField("RefreshSeconds", zone.refreshSeconds());
    json.writeNumberField("TTL", zone.ttlSeconds());
    json.writeNumberField("SOASerial", serial);
    json.writeNumberField("SOARefresh", apex.refreshSeconds());
    json.writeNumberField("SOARetry", apex.retrySeconds());
    json.writeNumberField("SOAExpire", apex.expireSeconds());
    json.writeNumberField("SOAMinttl", apex.minimumSeconds());
    json.writeStringField("SOAMname", apex.primary().toRawText());
    json.writeStringField("SOARname", apex.mailbox().toRawText());
    json.writeNumberField("SRVRecordDefaultWeight", zone.srvWeight());
    json.writeStringField("Domain", zone.domain());
    write(json, "IPSources", zone.ipSources().stream().map(IpSource::word).toList());
    json.writeBooleanField("EnforceRFC952", zone.labels() == LabelSpec.RFC952);
  }

  private static void writeServing(JsonGenerator json, MesosDnsSettings settings)
      throws IOException {
    json.writeStringField("File", ""); // where a file lies is nobody's business
    json.writeStringField("Listener", settings.listener().toString());
    json.writeNumberField("Port", settings.port());
    json.writeBooleanField("DnsOn", settings.dnsOn());
    json.writeStringField("HTTPListener", settings.httpListener().toString());
    json.writeNumberField("HttpPort", settings.httpPort());
    json.writeBooleanField("HttpOn", settings.httpOn());
    json.writeBooleanField("EnumerationOn", settings.enumerationOn());
    json.writeBooleanField("SetTruncateBit", settings.truncateBit());
  }

  private static void writeForwarding(JsonGenerator json, MesosDnsSettings settings)
      throws IOException {
    json.writeBooleanField("ExternalOn", settings.externalOn());
    json.writeBooleanField("RecurseOn", settings.recurseOn());
    json.writeNumberField("Timeout", settings.forwardTimeout().toSeconds());
    write(json, "Resolvers", texts(settings.resolvers()));
    json.writeObjectFieldStart("ZoneResolvers");
    for (Map.Entry<DomainName, List<HostPort>> zone : settings.zoneResolvers().entrySet()) {
      String name = zone.getKey().toRawText();
      write(json, name.substring(0, name.length() - 1), texts(zone.getValue()));
    }
    json.writeEndObject();
  }

  private static void writeMasters(JsonGenerator json, MesosDnsSettings settings)
      throws IOException {
    Credentials credentials = settings.credentials();
    write(json, "Masters", settings.config().masters());
    json.writeStringField(
        "Zk", settings.zooKeeper().map(MesosDnsConfigJson::withoutUser).orElse(""));
    json.writeNumberField("ZkDetectionTimeout", settings.zkDetectionTimeout().toSeconds());
    json.writeNumberField("StateTimeoutSeconds", settings.stateTimeout().toSeconds());
    json.writeBooleanField("MesosHTTPSOn", settings.mesosHttps());
    write(json, "CACertFile", settings.caCertificate());
    write(json, "CertFile", settings.certificate());
    write(json, "KeyFile", settings.key());
    json.writeStringField("MesosAuthentication", settings.authentication().word());
    json.writeObjectFieldStart("MesosCredentials");
    json.writeStringField("principal", credentials.principal());
    json.writeStringField("secret", credentials.secret().isEmpty() ? "" : REDACTED);
    json.writeEndObject();
    write(json, "IAMConfigFile", settings.iamConfig());
  }

  /** A URL may hold a name and a password before its hosts. */
  private static String withoutUser(String url) {
    return url.replaceFirst("//[^@/]*@", "//" + REDACTED + "@");
  }

  private static void write(JsonGenerator json, String name, Optional<Path> file)
      throws IOException {
    json.writeStringField(name, file.map(Path::toString).orElse(""));
  }

  private static void write(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static List<String> texts(List<HostPort> servers) {
    return servers.stream()
        .map(server -> server.port() == DNS_PORT ? server.address().toString() : server.toString())
        .toList();
  }
}
