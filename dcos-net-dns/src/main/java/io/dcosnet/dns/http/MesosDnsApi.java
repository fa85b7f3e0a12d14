// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.SharedAnswer;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.MesosDnsSettings;
import io.dcosnet.dns.records.MesosRecords;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.records.MesosZone.Basis;
import io.dcosnet.dns.records.RecordEnumeration;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of Mesos-DNS for a zone, in its shapes, the odd ones too: what reads them today goes
 * on doing so.
 *
 * <pre>{@code
 * HttpServer http = HttpServer.builder(net)
 *     .listen(HostPort.parse("127.0.0.1:8123"))
 *     .mount("/", MesosDnsApi.builder(zone, net.executor()).build())
 *     .build();
 * }</pre>
 *
 * <p>Different from there: the secret of the configuration is not shown, and status 503 stands
 * where a name would be denied although the source has not told enough to do so.
 *
 * <p><b>Thread-safe.</b> {@code /v1/axfr} and {@code /v1/enumerate} are made on the executor, once
 * per state of the cluster; all else is answered at once on the caller's thread.
 *
 * @see <a href="https://github.com/mesosphere/mesos-dns">mesosphere/mesos-dns docs/docs/http.md</a>
 */
public final class MesosDnsApi implements HttpHandler {

  /** The version of Mesos-DNS whose shapes these are. */
  public static final String DEFAULT_VERSION = "v0.9.1";

  private static final HttpResponse PORTS = HttpResponse.text(501, "To be implemented...");

  private final MesosZone zone;
  private final MesosDnsSettings settings;
  private final String prefix;
  private final HttpResponse version;
  private final SharedAnswer<Basis> transfer;
  private final SharedAnswer<Basis> enumeration;

  private MesosDnsApi(Builder builder) {
    zone = builder.zone;
    MesosDnsSettings given = builder.settings;
    settings = given == null ? MesosDnsSettings.of(zone.config()) : given;
    prefix = builder.prefix;
    version = HttpResponse.json(MesosDnsJson.version(builder.version));
    transfer = new SharedAnswer<>(builder.executor, MesosDnsApi::isSame, this::transfer);
    enumeration = new SharedAnswer<>(builder.executor, MesosDnsApi::isSame, this::enumerate);
  }

  /**
   * The API of a zone.
   *
   * @param executor makes large answers, each in one piece of work of up to seconds
   */
  public static Builder builder(MesosZone zone, Executor executor) {
    return new Builder(zone, executor);
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    ApiPath path = ApiPath.of(prefix, request.path());
    if (!request.isRead()) {
      return now(exists(path) ? Replies.NOT_ALLOWED : HttpResponse.NOT_FOUND);
    }
    String host = path.below("hosts");
    String service = path.below("services");
    if (host != null) {
      return now(hosts(host));
    } else if (service != null) {
      return now(services(service));
    } else if (path.is("version")) {
      return now(version);
    } else if (path.is("config")) {
      return now(HttpResponse.json(MesosDnsConfigJson.of(settings, serial())));
    } else if (path.between("hosts", "ports") != null) {
      return now(PORTS);
    } else if (settings.enumerationOn() && path.is("axfr")) {
      return large(transfer);
    } else if (settings.enumerationOn() && path.is("enumerate")) {
      return large(enumeration);
    }
    return now(HttpResponse.NOT_FOUND);
  }

  private boolean exists(ApiPath path) {
    boolean lists = settings.enumerationOn() && (path.is("axfr") || path.is("enumerate"));
    return lists
        || path.is("version")
        || path.is("config")
        || path.below("hosts") != null
        || path.below("services") != null
        || path.between("hosts", "ports") != null;
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  private CompletionStage<HttpResponse> large(SharedAnswer<Basis> answer) {
    Basis basis = zone.basis();
    return basis == null ? now(Replies.NOT_READY) : answer.of(basis);
  }

  private HttpResponse hosts(String asked) {
    ZoneSnapshot snapshot = zone.snapshot();
    ZoneNode node = snapshot == null ? null : find(asked, snapshot);
    if (snapshot == null || (node == null && snapshot.isPartial())) {
      return Replies.NOT_READY;
    }
    return HttpResponse.json(MesosDnsJson.hosts(node));
  }

  private HttpResponse services(String asked) {
    ZoneSnapshot snapshot = zone.snapshot();
    ZoneNode node = snapshot == null ? null : find(asked, snapshot);
    if (snapshot == null || (node == null && snapshot.isPartial())) {
      return Replies.NOT_READY;
    }
    return HttpResponse.json(MesosDnsJson.services(asked, node, snapshot));
  }

  private static @Nullable ZoneNode find(String asked, ZoneSnapshot snapshot) {
    DomainName name = ApiPath.name(asked.replace(".*", ""));
    return name == null ? null : snapshot.find(name);
  }

  private long serial() {
    ZoneSnapshot snapshot = zone.snapshot();
    return snapshot == null ? 0 : snapshot.serial();
  }

  @SuppressWarnings("ReferenceEquality") // comparing whole clusters would cost too much
  private static boolean isSame(Basis one, Basis other) {
    return one.snapshot() == other.snapshot() && one.cluster() == other.cluster();
  }

  private HttpResponse transfer(Basis basis) {
    long serial = basis.snapshot().serial();
    return HttpResponse.json(
        200, MesosRecords.list(basis.cluster(), zone.config()).toAxfrJson(serial));
  }

  private HttpResponse enumerate(Basis basis) {
    RecordEnumeration records = RecordEnumeration.of(basis.cluster(), zone.config());
    return HttpResponse.json(MesosDnsJson.enumeration(records));
  }

  /** Every option has a default. <b>Confined to</b> one thread. */
  public static final class Builder {
    private final MesosZone zone;
    private final Executor executor;
    private @Nullable MesosDnsSettings settings;
    private String version = DEFAULT_VERSION;
    private String prefix = "";

    private Builder(MesosZone zone, Executor executor) {
      this.zone = requireNonNull(zone, "zone");
      this.executor = requireNonNull(executor, "executor");
    }

    /**
     * What {@code /v1/config} shows and whether there are lists of all records; that of the zone
     * with Mesos-DNS' defaults unless set.
     */
    public Builder settings(MesosDnsSettings value) {
      settings = requireNonNull(value, "settings");
      return this;
    }

    /** What {@code /v1/version} says; {@value #DEFAULT_VERSION} unless set. */
    public Builder version(String value) {
      version = requireNonNull(value, "version");
      return this;
    }

    /** What stands before {@code /v1}, such as {@code /mesos_dns}; empty unless set. */
    public Builder prefix(String value) {
      prefix = ApiPath.checkedPrefix(value);
      return this;
    }

    public MesosDnsApi build() {
      return new MesosDnsApi(this);
    }
  }
}
