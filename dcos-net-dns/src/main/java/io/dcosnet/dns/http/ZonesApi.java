// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.SharedAnswer;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.explain.Explainer;
import io.dcosnet.dns.explain.Explainer.Found;
import io.dcosnet.dns.explain.Explanation;
import io.dcosnet.dns.explain.RecordTypes;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zonefile.ZoneText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Our own view of the zones of a server over HTTP, for operators and tools:
 *
 * <ul>
 *   <li>{@code /v1/zones}: origin, state, serial, age and size of each
 *   <li>{@code /v1/zones/<origin>}: the records of one as a master file
 *   <li>{@code /v1/names/<name>}: the records of a name; 404 where it does not exist
 *   <li>{@code /v1/collisions}: names that were wanted for different things
 *   <li>{@code /v1/refused}: what could not become a record, and why
 *   <li>{@code /v1/explain?name=…&type=…&client=…}: why a name is answered as it is; as text with
 *       {@code format=text}
 * </ul>
 *
 * <p><b>Thread-safe.</b> What may wait or take long runs on the executor.
 */
public final class ZonesApi implements HttpHandler {

  private static final HttpResponse NO_NAME =
      HttpResponse.text(400, "name: missing (expected: the name to explain)\n");

  private static final HttpResponse BAD_TYPE =
      HttpResponse.text(400, "type: (expected: a type that records have, such as A or TYPE65)\n");

  private static final HttpResponse BAD_CLIENT =
      HttpResponse.text(400, "client: (expected: an IP address)\n");

  /** RFC 4027. */
  private static final String MASTER_FILE = "text/dns; charset=us-ascii";

  private final Explainer zones;
  private final Executor executor;
  private final String prefix;
  private final Map<DomainName, Zone> byOrigin = new HashMap<>();
  private final Map<DomainName, SharedAnswer<ZoneSnapshot>> texts = new HashMap<>();

  private ZonesApi(Builder builder) {
    zones = builder.zones;
    executor = builder.executor;
    prefix = builder.prefix;
    Function<ZoneSnapshot, String> writer = builder.writer;
    for (Zone zone : zones.zones()) {
      byOrigin.put(zone.origin(), zone);
      texts.put(
          zone.origin(),
          new SharedAnswer<>(
              executor,
              ZoneSnapshot::equals, // the same object
              snapshot -> HttpResponse.of(200, MASTER_FILE, writer.apply(snapshot))));
    }
  }

  /**
   * The view of these zones.
   *
   * @param executor does what may wait for a zone or takes long
   */
  public static Builder builder(Explainer zones, Executor executor) {
    return new Builder(zones, executor);
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    ApiPath path = ApiPath.of(prefix, request.path());
    String zone = path.below("zones");
    String name = path.below("names");
    boolean lists = path.is("zones") || path.is("collisions") || path.is("refused");
    if (!lists && !path.is("explain") && zone == null && name == null) {
      return now(HttpResponse.NOT_FOUND);
    } else if (!request.isRead()) {
      return now(Replies.NOT_ALLOWED);
    } else if (zone != null) {
      return text(zone);
    } else if (name != null) {
      return now(name(name));
    } else if (path.is("zones")) {
      return now(HttpResponse.json(ZonesJson.zones(zones.zones())));
    } else if (path.is("collisions")) {
      return HttpResponse.later(
          executor, () -> HttpResponse.json(ZonesJson.collisions(zones.zones())));
    } else if (path.is("refused")) {
      return HttpResponse.later(
          executor, () -> HttpResponse.json(ZonesJson.refused(zones.zones())));
    }
    return explain(request);
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  private CompletionStage<HttpResponse> text(String origin) {
    DomainName name = ApiPath.name(origin);
    Zone zone = name == null ? null : byOrigin.get(name);
    SharedAnswer<ZoneSnapshot> text = name == null ? null : texts.get(name);
    if (zone == null || text == null) {
      return now(HttpResponse.NOT_FOUND);
    }
    ZoneSnapshot snapshot = zone.snapshot();
    return snapshot == null ? now(Replies.NOT_READY) : text.of(snapshot);
  }

  private HttpResponse name(String text) {
    DomainName name = ApiPath.name(text);
    if (name == null) {
      return HttpResponse.NOT_FOUND;
    }
    Found found = zones.find(name, RecordType.ANY);
    return switch (found.rcode()) {
      case Rcode.NXDOMAIN, Rcode.REFUSED -> HttpResponse.NOT_FOUND;
      case Rcode.SERVFAIL -> Replies.NOT_READY;
      default -> HttpResponse.json(ZonesJson.records(found.answer()));
    };
  }

  private CompletionStage<HttpResponse> explain(HttpRequest request) {
    String name = request.parameter("name").orElse("");
    Optional<Integer> type = RecordTypes.parse(request.parameter("type").orElse("A"));
    String client = request.parameter("client").orElse("");
    @Nullable IpAddress address = IpAddress.tryParse(client).orElse(null);
    if (name.isEmpty()) {
      return now(NO_NAME);
    } else if (type.isEmpty()) {
      return now(BAD_TYPE);
    } else if (address == null && !client.isEmpty()) {
      return now(BAD_CLIENT);
    }
    boolean asText = request.parameter("format").filter("text"::equals).isPresent();
    return HttpResponse.later(
        executor,
        () -> {
          Explanation explanation = zones.explain(name, type.get(), address);
          return asText
              ? HttpResponse.text(200, explanation.toText())
              : HttpResponse.json(explanation.toJson());
        });
  }

  /** Every option has a default. <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Explainer zones;
    private final Executor executor;
    private Function<ZoneSnapshot, String> writer = ZoneText::of;
    private String prefix = "";

    private Builder(Explainer zones, Executor executor) {
      this.zones = requireNonNull(zones, "zones");
      this.executor = requireNonNull(executor, "executor");
    }

    /** Writes a zone as a master file; one that writes every name whole unless set. */
    public Builder writer(Function<ZoneSnapshot, String> value) {
      writer = requireNonNull(value, "writer");
      return this;
    }

    /** What stands before {@code /v1}, such as {@code /dns}; empty unless set. */
    public Builder prefix(String value) {
      prefix = ApiPath.checkedPrefix(value);
      return this;
    }

    public ZonesApi build() {
      return new ZonesApi(this);
    }
  }
}
