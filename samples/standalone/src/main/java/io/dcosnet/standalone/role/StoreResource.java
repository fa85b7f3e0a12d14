// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.standalone.gossip.MemberDocuments;
import io.dcosnet.standalone.gossip.MemberNames;
import io.dcosnet.standalone.gossip.StoreDocuments;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What this node's copy of the replicated store holds: counts, below them {@code /keys} by the
 * page, and {@code /keys/KEY/why}.
 *
 * <p><b>Thread-safe.</b>
 */
final class StoreResource implements HttpHandler {

  static final String PATH = "/v1/gossip/store";

  private static final String KEYS = PATH + "/keys";
  private static final String WHY = "/why";
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1000;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final HttpResponse NO_KEY =
      HttpResponse.text(404, "nothing here; ask for " + KEYS + "/{key}/why\n");

  private final GossipCluster gossip;
  private final ReplicatedStore store;
  private final MemberNames names;
  private final Executor executor;

  /**
   * @param gossip a member with a store
   * @param executor makes the answers, of which some look at all keys
   */
  StoreResource(GossipCluster gossip, MemberNames names, Executor executor) {
    this.gossip = gossip;
    this.store = gossip.store();
    this.names = names;
    this.executor = executor;
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    if (!request.method().equals("GET")) {
      return CompletableFuture.completedFuture(
          HttpResponse.text(405, "only GET\n").withHeader("allow", "GET, HEAD"));
    }
    String path = request.path();
    if (path.startsWith(KEYS + "/") && path.endsWith(WHY)) {
      int begin = KEYS.length() + 1;
      int end = path.length() - WHY.length();
      return begin < end
          ? why(path.substring(begin, end))
          : CompletableFuture.completedStage(NO_KEY);
    }
    return HttpResponse.later(executor, () -> answer(request));
  }

  private HttpResponse answer(HttpRequest request) {
    return switch (request.path()) {
      case PATH -> json(counts());
      case KEYS -> page(request);
      default -> HttpResponse.text(404, "nothing here; ask for " + KEYS + "?prefix=\n");
    };
  }

  /** How many keys there are, by their first part and by the state of their owners. */
  private ObjectNode counts() {
    NavigableMap<String, Entry> all = store.view("");
    Map<String, Long> byArea = new TreeMap<>();
    Map<String, Long> byState = new TreeMap<>();
    long octets = 0;
    for (Entry entry : all.values()) {
      byArea.merge(entry.key().replaceFirst("/.*", ""), 1L, Long::sum);
      byState.merge(MemberDocuments.word(entry.ownerState()), 1L, Long::sum);
      octets += entry.key().length() + entry.value().size();
    }
    ObjectNode document = JSON.objectNode();
    document.put("keys", all.size());
    document.put("most", ReplicatedStore.MAX_KEYS);
    document.put("octets", octets);
    ObjectNode areas = document.putObject("areas");
    byArea.forEach(areas::put);
    ObjectNode states = document.putObject("owners");
    byState.forEach(states::put);
    return document;
  }

  private HttpResponse page(HttpRequest request) {
    String prefix = request.parameter("prefix").orElse("");
    String after = request.parameter("after").orElse("");
    Integer limit = limit(request.parameter("limit").orElse(""));
    if (limit == null) {
      return HttpResponse.text(400, "limit: expected 1-" + LARGEST_PAGE + "\n");
    }
    NavigableMap<String, Entry> rest = store.view(prefix);
    if (!after.isEmpty()) {
      rest = after.compareTo(prefix) < 0 ? rest : rest.tailMap(after, false);
    }
    ObjectNode document = JSON.objectNode();
    ArrayNode keys = document.putArray("keys");
    String last = null;
    for (Entry entry : rest.values()) {
      if (keys.size() == limit) {
        document.put("next", last); // to be given as "after"
        break;
      }
      StoreDocuments.entry(keys.addObject(), entry, names);
      last = entry.key();
    }
    return json(document);
  }

  private static @Nullable Integer limit(String text) {
    if (text.isEmpty()) {
      return USUAL_PAGE;
    }
    if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > LARGEST_PAGE) {
      return null;
    }
    return Integer.valueOf(text);
  }

  private CompletionStage<HttpResponse> why(String key) {
    return gossip
        .why(key)
        .thenCompose(text -> HttpResponse.later(executor, () -> why(key, text)))
        .exceptionally(fault -> HttpResponse.text(503, fault.getMessage() + "\n"));
  }

  private HttpResponse why(String key, String text) {
    ObjectNode document = held(key);
    return document == null
        ? HttpResponse.text(404, key + ": no such key is known here\n" + text)
        : json(document.put("why", text));
  }

  /** What there is under a key, be it a plain value or of another type; null when there is none. */
  private @Nullable ObjectNode held(String key) {
    Entry entry = store.view(key).get(key);
    if (entry != null) {
      return StoreDocuments.entry(JSON.objectNode(), entry, names)
          .put("ownerStateSince", entry.ownerStateSince().toString());
    }
    return gossip
        .crdts()
        .get(key)
        .map(
            held ->
                StoreDocuments.value(JSON.objectNode().put("key", key), held.value())
                    .put("version", StoreDocuments.version(held.version())))
        .orElse(null);
  }

  private static HttpResponse json(ObjectNode document) {
    return HttpResponse.json(200, document.toPrettyString() + "\n");
  }
}
