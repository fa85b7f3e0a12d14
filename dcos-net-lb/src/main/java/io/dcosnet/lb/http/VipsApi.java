// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.http.EntityTag;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.SharedAnswer;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipInspection;
import io.dcosnet.lb.VipSnapshot;
import io.dcosnet.lb.health.HealthSnapshot;
import io.dcosnet.lb.internal.JsonText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The VIPs of the cluster and how this node serves them:
 *
 * <ul>
 *   <li>{@code /v1/vips}: all, as dcos-net lists them, with more fields; only those of dcos-net
 *       with {@code format=dcos}. In parts with {@code limit} (up to {@value #MOST}): then a header
 *       {@code link} leads to the next part.
 *   <li>{@code /v1/vips/<name or address>:<port>}: that one for TCP, UDP or both, as an array
 *   <li>{@code /v1/vips/<name or address>:<port>/<tcp or udp>}: that one
 *   <li>{@code /v1/vips/watch}: all of them and then each that changes, as server-sent events
 * </ul>
 *
 * <p>An answer has a tag, and a client that sends it back as {@code if-none-match} gets 304 as long
 * as nothing has changed; numbers of connections do not count as a change. The list is what nodes
 * told in the store: {@code effective} says what this node makes of it.
 *
 * <p><b>Thread-safe.</b> Whole lists are made once for all who ask, live figures in them are up to
 * a second old.
 */
public final class VipsApi implements HttpHandler {

  /** Most VIPs in one part. */
  static final int MOST = 10_000;

  /** Most clients that watch at a time. */
  static final int MOST_WATCHERS = 100;

  private static final HttpResponse BAD_FORMAT = Replies.bad("format", "dcos, or none");
  private static final HttpResponse BAD_LIMIT = Replies.bad("limit", "1-" + MOST);
  private static final HttpResponse BAD_VIP = Replies.bad("vip", AskedVip.EXPECTED);
  private static final HttpResponse BAD_AFTER =
      Replies.bad("after", "a VIP with its protocol, as in web.marathon:80/tcp");
  private static final HttpResponse NO_SUCH = HttpResponse.text(404, "vip: no such VIP\n");
  private static final HttpResponse TOO_MANY =
      HttpResponse.text(503, "more than " + MOST_WATCHERS + " watch already\n")
          .withHeader("retry-after", "5");

  private static final long SECOND = 1_000_000_000L;

  /** What a whole list is made from. */
  private record Source(VipSnapshot snapshot, long second) {}

  private final VipInspection vips;
  private final Executor executor;
  private final TimeSource time;
  private final String path;
  private final VipsJson form;
  private final SharedAnswer<VipSnapshot> old;
  private final SharedAnswer<Source> whole;
  private final ChangedVips changes = new ChangedVips();
  private final AtomicInteger watchers = new AtomicInteger();

  /**
   * The VIPs of this load balancer.
   *
   * @param executor makes the documents
   * @param prefix what stands before {@code /v1}, such as {@code /lb}; may be empty
   */
  public VipsApi(VipInspection vips, Executor executor, TimeSource time, String prefix) {
    this.vips = requireNonNull(vips, "vips");
    this.executor = requireNonNull(executor, "executor");
    this.time = requireNonNull(time, "time");
    path = ApiPath.checkedPrefix(prefix) + "/v1/vips";
    form = new VipsJson(vips, time);
    old =
        new SharedAnswer<>(
            executor, VipSnapshot::equals, snapshot -> old(snapshot, snapshot.sortedKeys()));
    whole =
        new SharedAnswer<>(
            executor,
            Source::equals,
            source -> full(source.snapshot, source.snapshot.sortedKeys()));
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    String below = ApiPath.below(path, request.path());
    if (below == null) {
      return Replies.now(HttpResponse.NOT_FOUND);
    } else if (!request.isRead()) {
      return Replies.now(Replies.NOT_ALLOWED);
    } else if (below.isEmpty()) {
      return list(request);
    }
    return below.equals("watch") ? Replies.now(watch()) : one(request, below);
  }

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    String format = request.parameter("format").orElse("");
    String limit = request.parameter("limit").orElse("");
    Optional<String> after = request.parameter("after");
    if (!format.isEmpty() && !format.equals("dcos")) {
      return Replies.now(BAD_FORMAT);
    } else if (!limit.isEmpty() && limit(limit) == 0) {
      return Replies.now(BAD_LIMIT);
    }
    boolean asBefore = !format.isEmpty();
    return vips.snapshot()
        .thenCompose(
            snapshot -> {
              if (limit.isEmpty() && after.isEmpty()) {
                return asBefore
                    ? old.of(snapshot)
                    : whole.of(new Source(snapshot, time.nanos() / SECOND));
              }
              VipKey from = after.map(text -> key(text, snapshot)).orElse(null);
              if (from == null && after.isPresent()) {
                return Replies.now(BAD_AFTER);
              }
              int most = limit.isEmpty() ? MOST : limit(limit);
              return HttpResponse.later(executor, () -> part(snapshot, from, most, asBefore));
            })
        .thenApply(response -> EntityTag.unlessKnown(request, response));
  }

  /** Zero for none. */
  private static int limit(String text) {
    int limit = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    return limit > MOST ? 0 : limit;
  }

  private static @Nullable VipKey key(String text, VipSnapshot snapshot) {
    return AskedVip.parse(text, snapshot.zone())
        .filter(asked -> asked.protocol() != null)
        .map(AskedVip::key)
        .orElse(null);
  }

  private HttpResponse part(
      VipSnapshot snapshot, @Nullable VipKey from, int most, boolean asBefore) {
    List<VipKey> all = snapshot.sortedKeys();
    int at = from == null ? -1 : Collections.binarySearch(all, from);
    int begin = at < 0 ? -at - 1 : at + 1; // it may have gone meanwhile
    begin = from == null ? 0 : begin;
    int end = Math.min(all.size(), begin + most);
    List<VipKey> keys = all.subList(begin, end);
    HttpResponse response = asBefore ? old(snapshot, keys) : full(snapshot, keys);
    if (end == all.size()) {
      return response;
    }
    String last =
        URLEncoder.encode(AskedVip.textOf(keys.get(keys.size() - 1)), StandardCharsets.UTF_8);
    String next = path + "?limit=" + most + "&after=" + last + (asBefore ? "&format=dcos" : "");
    return response.withHeader("link", "<" + next + ">; rel=\"next\"");
  }

  private static HttpResponse old(VipSnapshot snapshot, List<VipKey> keys) {
    return EntityTag.ofContent(
        HttpResponse.json(
            JsonText.lines(
                json -> {
                  for (VipKey key : keys) {
                    VipsJson.writeOld(json, snapshot, snapshot.vip(key).orElseThrow());
                  }
                })));
  }

  private HttpResponse full(VipSnapshot snapshot, List<VipKey> keys) {
    HealthSnapshot health = vips.health();
    return EntityTag.weak(
        HttpResponse.json(
            JsonText.lines(
                json -> {
                  for (VipKey key : keys) {
                    form.write(json, snapshot, health, snapshot.vip(key).orElseThrow());
                  }
                })),
        snapshot.tag());
  }

  private CompletionStage<HttpResponse> one(HttpRequest request, String text) {
    return vips.snapshot()
        .thenCompose(
            snapshot -> {
              AskedVip asked = AskedVip.parse(text, snapshot.zone()).orElse(null);
              if (asked == null) {
                return Replies.now(BAD_VIP);
              }
              List<VipKey> keys = asked.in(snapshot);
              return keys.isEmpty()
                  ? Replies.now(NO_SUCH)
                  : HttpResponse.later(executor, () -> one(snapshot, asked, keys));
            })
        .thenApply(response -> EntityTag.unlessKnown(request, response));
  }

  private HttpResponse one(VipSnapshot snapshot, AskedVip asked, List<VipKey> keys) {
    if (asked.protocol() == null) {
      return full(snapshot, keys);
    }
    return EntityTag.weak(
        HttpResponse.json(
            JsonText.compact(
                json ->
                    form.write(
                        json, snapshot, vips.health(), snapshot.vip(keys.get(0)).orElseThrow()))),
        snapshot.tag());
  }

  private HttpResponse watch() {
    return watchers.get() >= MOST_WATCHERS
        ? TOO_MANY
        : HttpResponse.events(new VipWatch(vips, form, changes, executor, watchers));
  }
}
