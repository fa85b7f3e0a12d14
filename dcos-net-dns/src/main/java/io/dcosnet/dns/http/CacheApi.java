// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.dns.cache.CacheContents;
import io.dcosnet.dns.cache.CacheEntry;
import io.dcosnet.dns.json.JsonText;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The cache of a server over HTTP, to look at and to throw away:
 *
 * <ul>
 *   <li>{@code GET /v1/cache}: how many answers it has, and what they take
 *   <li>{@code GET /v1/cache/<name>?limit=…}: what is kept of a name and all below it, in the order
 *       of names; 100 entries unless a limit up to {@value #MOST_ENTRIES} says otherwise
 *   <li>{@code DELETE /v1/cache}: throws everything away
 *   <li>{@code DELETE /v1/cache/<name>}: throws away a name and all below it; the name alone with
 *       {@code below=false}
 * </ul>
 *
 * <p><b>Thread-safe.</b> What walks through the cache runs on the executor. Who may do so is the
 * host's matter.
 */
public final class CacheApi implements HttpHandler {

  private static final int MOST_ENTRIES = 10_000;
  private static final int ENTRIES = 100;

  private static final HttpResponse BAD_LIMIT =
      HttpResponse.text(400, "limit: (expected: 1-" + MOST_ENTRIES + ")\n");

  private static final HttpResponse BAD_NAME =
      HttpResponse.text(400, "name: (expected: labels of 1-63 octets, 255 in all)\n");

  private static final HttpResponse NOT_ALLOWED =
      HttpResponse.text(405, "only GET and DELETE\n").withHeader("allow", "GET, DELETE");

  private final CacheContents cache;
  private final Executor executor;
  private final String prefix;

  /**
   * The view of this cache.
   *
   * @param executor does what walks through all entries
   * @param prefix what stands before {@code /v1}, such as {@code /dns}; may be empty
   */
  public CacheApi(CacheContents cache, Executor executor, String prefix) {
    this.cache = requireNonNull(cache, "cache");
    this.executor = requireNonNull(executor, "executor");
    this.prefix = ApiPath.checkedPrefix(prefix);
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    ApiPath path = ApiPath.of(prefix, request.path());
    String below = path.below("cache");
    boolean whole = path.is("cache");
    if (!whole && below == null) {
      return now(HttpResponse.NOT_FOUND);
    }
    DomainName name = below == null ? DomainName.ROOT : ApiPath.name(below);
    if (name == null) {
      return now(BAD_NAME);
    }
    if (request.method().equals("DELETE")) {
      boolean alone = request.parameter("below").filter("false"::equals).isPresent();
      return HttpResponse.later(
          executor, () -> flushed(alone ? cache.flushName(name) : flush(whole, name)));
    }
    if (!request.isRead()) {
      return now(NOT_ALLOWED);
    }
    return whole ? now(HttpResponse.json(counts())) : list(name, request);
  }

  private int flush(boolean whole, DomainName name) {
    return whole ? cache.flush() : cache.flushBelow(name);
  }

  private CompletionStage<HttpResponse> list(DomainName name, HttpRequest request) {
    String text = request.parameter("limit").orElse(Integer.toString(ENTRIES));
    if (!text.matches("[0-9]{1,5}")) {
      return now(BAD_LIMIT);
    }
    int limit = Integer.parseInt(text);
    return limit < 1 || limit > MOST_ENTRIES
        ? now(BAD_LIMIT)
        : HttpResponse.later(executor, () -> HttpResponse.json(entries(cache.list(name, limit))));
  }

  private Bytes counts() {
    return JsonText.indented(
        json -> {
          json.writeStartObject();
          json.writeNumberField("positiveEntries", cache.positiveEntries());
          json.writeNumberField("negativeEntries", cache.negativeEntries());
          json.writeNumberField("bytes", cache.bytes());
          json.writeEndObject();
        });
  }

  private static HttpResponse flushed(int entries) {
    return HttpResponse.json(
        JsonText.indented(
            json -> {
              json.writeStartObject();
              json.writeNumberField("flushed", entries);
              json.writeEndObject();
            }));
  }

  private static Bytes entries(List<CacheEntry> entries) {
    return JsonText.indented(
        json -> {
          json.writeStartArray();
          for (CacheEntry entry : entries) {
            write(json, entry);
          }
          json.writeEndArray();
        });
  }

  private static void write(JsonGenerator json, CacheEntry entry) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", entry.name().toString());
    json.writeStringField("type", entry.type() == 0 ? "*" : RecordType.name(entry.type()));
    json.writeStringField("rcode", Rcode.name(entry.rcode()));
    json.writeBooleanField("dnssecOk", entry.dnssecOk());
    json.writeBooleanField("checkingDisabled", entry.checkingDisabled());
    json.writeNumberField("secondsLeft", entry.secondsLeft());
    json.writeNumberField("bytes", entry.bytes());
    json.writeArrayFieldStart("records");
    for (String record : entry.records()) {
      json.writeString(record);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
