// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.SharedAnswer;
import io.dcosnet.dns.explain.Explainer;
import io.dcosnet.dns.explain.Explainer.Found;
import io.dcosnet.dns.explain.Explanation.Answer;
import io.dcosnet.dns.json.JsonText;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The DNS part of dcos-net's HTTP API over all zones of a server, in its shapes.
 *
 * <pre>{@code
 * HttpServer admin = HttpServer.builder(net)
 *     .listen(HostPort.parse("127.0.0.1:62080"))
 *     .mount("/", DcosDnsApi.builder(dns.explainer(), net.executor()).build())
 *     .build();
 * }</pre>
 *
 * <p>Different from there: status 503 stands where a name would be denied although the source of
 * its zone has not told enough to do so.
 *
 * <p><b>Thread-safe.</b> {@code /v1/records} is made on the executor, once per state of the zones;
 * all else is answered at once on the caller's thread.
 *
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_rest</a>
 */
public final class DcosDnsApi implements HttpHandler {

  /** The version that dcos-net's DNS has always said. */
  public static final String DEFAULT_VERSION = "0.0.1";

  private static final HttpResponse NOT_IMPLEMENTED = HttpResponse.text(501, "");

  private final Explainer zones;
  private final String prefix;
  private final HttpResponse version;
  private final SharedAnswer<List<ZoneSnapshot>> records;

  private DcosDnsApi(Builder builder) {
    zones = builder.zones;
    prefix = builder.prefix;
    version = version(builder.version);
    // Snapshots are equal when they are the same, so this compares no records.
    records = new SharedAnswer<>(builder.executor, List::equals, DcosDnsApi::records);
  }

  /**
   * The API over these zones.
   *
   * @param executor makes large answers, each in one piece of work of up to seconds
   */
  public static Builder builder(Explainer zones, Executor executor) {
    return new Builder(zones, executor);
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    ApiPath path = ApiPath.of(prefix, request.path());
    String host = path.below("hosts");
    String service = path.below("services");
    boolean unfinished = path.is("config") || path.is("enumerate");
    boolean exists = unfinished || path.is("version") || path.is("records");
    if (!exists && host == null && service == null) {
      return now(HttpResponse.NOT_FOUND);
    } else if (!request.isRead()) {
      return now(Replies.NOT_ALLOWED);
    } else if (host != null) {
      return now(hosts(host));
    } else if (service != null) {
      return now(services(service));
    } else if (path.is("records")) {
      return records.of(
          zones.zones().stream().map(Zone::snapshot).filter(Objects::nonNull).toList());
    }
    return now(unfinished ? NOT_IMPLEMENTED : version);
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  private static HttpResponse version(String version) {
    return HttpResponse.json(
        JsonText.compact(
            json -> {
              json.writeStartObject();
              json.writeStringField("Service", "dcos-dns");
              json.writeStringField("Version", version);
              json.writeEndObject();
            }));
  }

  private HttpResponse hosts(String host) {
    Found found = find(host, RecordType.A);
    if (found.rcode() == Rcode.SERVFAIL) {
      return Replies.NOT_READY;
    }
    return HttpResponse.json(
        JsonText.compact(
            json -> {
              json.writeStartArray();
              for (Answer record : found.answer()) {
                if (record.type() == RecordType.A) {
                  json.writeStartObject();
                  json.writeStringField("host", plain(record.owner()));
                  json.writeStringField("ip", record.data());
                  json.writeEndObject();
                }
              }
              json.writeEndArray();
            }));
  }

  private HttpResponse services(String service) {
    Found found = find(service, RecordType.SRV);
    if (found.rcode() == Rcode.SERVFAIL) {
      return Replies.NOT_READY;
    }
    return HttpResponse.json(
        JsonText.compact(
            json -> {
              json.writeStartArray();
              for (Answer record : found.answer()) {
                if (record.type() == RecordType.SRV) {
                  write(json, record);
                }
              }
              json.writeEndArray();
            }));
  }

  private void write(JsonGenerator json, Answer record) throws IOException {
    Service service = Service.parse(record.data());
    json.writeStartObject();
    json.writeStringField("host", plain(service.target()));
    for (Answer address : zones.find(service.target(), RecordType.A).answer()) {
      if (address.type() == RecordType.A) {
        json.writeStringField("ip", address.data());
        break;
      }
    }
    json.writeNumberField("port", service.port());
    json.writeStringField("service", plain(record.owner()));
    json.writeEndObject();
  }

  private Found find(String text, int type) {
    DomainName name = ApiPath.name(text);
    return name == null ? new Found(Rcode.NXDOMAIN, List.of()) : zones.find(name, type);
  }

  private static HttpResponse records(List<ZoneSnapshot> snapshots) {
    return HttpResponse.json(
        JsonText.lines(
            json -> {
              for (ZoneSnapshot snapshot : snapshots) {
                snapshot.forEach(node -> write(json, node));
              }
            }));
  }

  private static void write(JsonGenerator json, ZoneNode node) {
    try {
      for (RecordSet set : node.sets()) {
        if (set.type() == RecordType.SRV) {
          for (Service service : Service.of(set)) {
            write(json, node, set.type(), plain(service.target()) + ":" + service.port());
          }
        } else if (set.type() == RecordType.A || set.type() == RecordType.AAAA) {
          for (String address : set.toText()) {
            write(json, node, set.type(), address);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
  }

  private static void write(JsonGenerator json, ZoneNode node, int type, String host)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("host", host);
    json.writeStringField("name", plain(node.name()));
    json.writeStringField("rtype", RecordType.name(type));
    json.writeEndObject();
  }

  /** Lower case, nothing escaped, no dot at the end. */
  private static String plain(DomainName name) {
    String text = name.toLowerCase().toRawText();
    return text.substring(0, text.length() - 1);
  }

  /** Every option has a default. <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Explainer zones;
    private final Executor executor;
    private String version = DEFAULT_VERSION;
    private String prefix = "";

    private Builder(Explainer zones, Executor executor) {
      this.zones = requireNonNull(zones, "zones");
      this.executor = requireNonNull(executor, "executor");
    }

    /** What {@code /v1/version} says; {@value #DEFAULT_VERSION} unless set. */
    public Builder version(String value) {
      version = requireNonNull(value, "version");
      return this;
    }

    /** What stands before {@code /v1}, such as {@code /net}; empty unless set. */
    public Builder prefix(String value) {
      prefix = ApiPath.checkedPrefix(value);
      return this;
    }

    public DcosDnsApi build() {
      return new DcosDnsApi(this);
    }
  }
}
