// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.metrics;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Every figure of the DNS module with its name, tags and meaning.
 *
 * <p>Tags are bounded: zones and listeners come from the configuration, reasons and types from
 * lists in the code.
 *
 * <p><b>Thread-safe.</b> Callers on hot paths ask for a counter once and keep it.
 */
public final class DnsMetrics {

  private final MetricsSink sink;

  public DnsMetrics(MetricsSink sink) {
    this.sink = requireNonNull(sink, "sink");
  }

  /**
   * Queries that could be read.
   *
   * @param protocol udp or tcp
   * @param family ipv4 or ipv6
   * @param type mnemonic of a known type, or {@code other}
   */
  public Counter requests(String protocol, String family, String type) {
    return sink.counter(
        "dcosnet.dns.requests",
        "Queries that could be read",
        "proto",
        protocol,
        "family",
        family,
        "type",
        type);
  }

  /** Queries that the query log should have told and did not. */
  public Counter queryLogLost() {
    return sink.counter("dcosnet.dns.query.log.lost", "Queries that the query log lost");
  }

  /**
   * Responses sent.
   *
   * @param protocol udp or tcp
   */
  public Counter responses(String protocol, String rcode) {
    return sink.counter(
        "dcosnet.dns.responses", "Responses sent", "proto", protocol, "rcode", rcode);
  }

  /** Responses with the TC bit. */
  public Counter truncated(String protocol) {
    return sink.counter(
        "dcosnet.dns.truncated", "Responses that did not fit and say so", "proto", protocol);
  }

  /** Messages that got no response. */
  public Counter dropped(String reason) {
    return sink.counter("dcosnet.dns.dropped", "Messages without a response", "reason", reason);
  }

  /** Queries for which others are asked at the moment. */
  public void waiting(LongSupplier waiting) {
    sink.gauge("dcosnet.dns.waiting", "Queries for which others are asked now", waiting);
  }

  /**
   * Time until the answer to a query for which others had to be asked.
   *
   * @param protocol udp or tcp
   */
  public LongConsumer waited(String protocol) {
    return sink.distribution(
        "dcosnet.dns.waited.nanos",
        "Time until the answer to a query for which others were asked",
        "proto",
        protocol);
  }

  /** Queries that nobody answered within the time limit of the server. */
  public Counter timeouts() {
    return sink.counter("dcosnet.dns.timeouts", "Queries that nobody answered in time");
  }

  /** Handlers that failed, by an exception or a failed stage. */
  public Counter handlerErrors() {
    return sink.counter("dcosnet.dns.handler.errors", "Failures of query handlers");
  }

  /**
   * Queries that got a response without what they asked for.
   *
   * @param protocol udp or tcp
   * @param reason acl (REFUSED), rate (REFUSED), rrl (TC), cookie (BADCOOKIE) or overload
   *     (SERVFAIL)
   */
  public Counter declined(String protocol, String reason) {
    return sink.counter(
        "dcosnet.dns.declined",
        "Queries turned down by a rule or a limit",
        "proto",
        protocol,
        "reason",
        reason);
  }

  /**
   * Cookies that clients showed.
   *
   * @param result valid, invalid or new (the client has none of ours yet)
   */
  public Counter cookies(String result) {
    return sink.counter("dcosnet.dns.cookies", "Queries with a cookie", "result", result);
  }

  /** Messages that broke the rules, answered or not. */
  public Counter malformed(String reason) {
    return sink.counter(
        "dcosnet.dns.malformed", "Messages that broke a rule of the protocol", "reason", reason);
  }

  /** Connections over TCP or TLS refused or closed by us. */
  public Counter connectionsClosed(String reason) {
    return sink.counter(
        "dcosnet.dns.tcp.closed", "TCP connections that the server ended", "reason", reason);
  }

  /** Open TCP connections of a listener. */
  public void connections(String listener, LongSupplier open) {
    sink.gauge("dcosnet.dns.tcp.connections", "Open TCP connections", open, "listener", listener);
  }

  /** Datagrams that the kernel lost because a listener did not take them soon enough. */
  public void overflows(String listener, LongSupplier datagrams) {
    sink.gauge(
        "dcosnet.dns.udp.overflows",
        "Datagrams lost because the receive buffer was full; native UDP only",
        datagrams,
        "listener",
        listener);
  }

  /** Open connections of a listener for DNS over TLS. */
  public void tlsConnections(String listener, LongSupplier open) {
    sink.gauge(
        "dcosnet.dns.tls.connections",
        "Open connections of DNS over TLS",
        open,
        "listener",
        listener);
  }

  /** Queries over TCP or TLS that wait for others, of a listener. */
  public void connectionsPending(String listener, LongSupplier pending) {
    sink.gauge(
        "dcosnet.dns.tcp.pending",
        "Queries over TCP or TLS that were put off and have no answer yet",
        pending,
        "listener",
        listener);
  }

  /**
   * TLS handshakes of DNS over TLS.
   *
   * @param result done, failed or timeout
   */
  public Counter handshakes(String result) {
    return sink.counter(
        "dcosnet.dns.tls.handshakes", "TLS handshakes by outcome", "result", result);
  }

  /**
   * HTTP requests with DNS messages.
   *
   * @param result answered, silence, or why it was refused: path, method, encoding, type, size,
   *     no-query
   */
  public Counter httpsRequests(String result) {
    return sink.counter(
        "dcosnet.dns.https.requests", "DNS over HTTPS by outcome", "result", result);
  }

  /** Serial of a zone. */
  public void serial(String zone, LongSupplier serial) {
    sink.gauge("dcosnet.dns.zone.serial", "Serial of the SOA record", serial, "zone", zone);
  }

  /** Records in a zone. */
  public void records(String zone, LongSupplier records) {
    sink.gauge(
        "dcosnet.dns.zone.records",
        "Records served, SOA and NS not counted",
        records,
        "zone",
        zone);
  }

  /** Time since the source of a zone last told something. */
  public void age(String zone, LongSupplier seconds) {
    sink.gauge(
        "dcosnet.dns.zone.age.seconds",
        "Time since the last change of the zone",
        seconds,
        "zone",
        zone);
  }

  /**
   * Attempts to read a zone that comes from elsewhere: a file, a primary server, an export.
   *
   * @param result changed, same or failed
   */
  public Counter zoneReads(String zone, String result) {
    return sink.counter(
        "dcosnet.dns.zone.reads",
        "Times that a zone was read from its file or server",
        "zone",
        zone,
        "result",
        result);
  }

  /**
   * Requests of others for whole zones.
   *
   * @param result zone, soa (the serial alone), current (nothing newer to give) or cut (not taken
   *     to the end), or why it was refused
   */
  public Counter transfers(String result) {
    return sink.counter(
        "dcosnet.dns.transfers", "Requests for whole zones by outcome", "result", result);
  }

  /** Transfers to others that are under way. */
  public void transfersActive(LongSupplier active) {
    sink.gauge("dcosnet.dns.transfers.active", "Zone transfers under way", active);
  }

  /**
   * NOTIFY messages of others.
   *
   * @param result accepted, refused or not-ours
   */
  public Counter notifiesReceived(String result) {
    return sink.counter(
        "dcosnet.dns.notify.received", "NOTIFY messages by outcome", "result", result);
  }

  /**
   * NOTIFY messages to secondaries, counted once for each new serial and secondary.
   *
   * @param result answered, unanswered or failed
   */
  public Counter notifiesSent(String result) {
    return sink.counter(
        "dcosnet.dns.notify.sent", "Secondaries told of a new serial", "result", result);
  }

  /** How long a change took from the source to the snapshot that answers with it. */
  public LongConsumer delay(String zone) {
    return sink.distribution(
        "dcosnet.dns.zone.delay.nanos",
        "Time from the source's learning of a change until it is answered",
        "zone",
        zone);
  }

  /** Names that were wanted for different things. */
  public void collisions(String zone, LongSupplier names) {
    sink.gauge(
        "dcosnet.dns.name.collisions", "Names that merge different things", names, "zone", zone);
  }

  /** Parts of the input that did not become records, each time they are met. */
  public Counter skipped(String zone, String reason) {
    return sink.counter(
        "dcosnet.dns.records.skipped",
        "Parts of the input that did not become records",
        "zone",
        zone,
        "reason",
        reason);
  }

  /**
   * Answers given from the cache within their time.
   *
   * @param kind positive, negative or failure
   */
  public Counter cacheHits(String kind) {
    return sink.counter(
        "dcosnet.dns.cache.hits", "Answers given from the cache within their time", "kind", kind);
  }

  /** Questions for which others had to be asked, or joined in asking. */
  public Counter cacheMisses() {
    return sink.counter("dcosnet.dns.cache.misses", "Questions that the cache had no answer to");
  }

  /** Answers given although their time was over. */
  public Counter cacheStale() {
    return sink.counter(
        "dcosnet.dns.cache.stale", "Answers given after their time, as nobody gave newer ones");
  }

  /** Answers asked for again before their time was over. */
  public Counter cachePrefetches() {
    return sink.counter(
        "dcosnet.dns.cache.prefetches", "Answers asked for again shortly before their end");
  }

  /** Questions that waited for the answer to an equal one. */
  public Counter cacheCoalesced() {
    return sink.counter(
        "dcosnet.dns.cache.coalesced", "Questions that waited for the answer to an equal one");
  }

  /**
   * Entries that had to make room.
   *
   * @param kind positive or negative
   */
  public Counter cacheEvictions(String kind) {
    return sink.counter(
        "dcosnet.dns.cache.evictions", "Entries pushed out by others", "kind", kind);
  }

  /**
   * Questions that were not asked, and answers that were not kept, for want of room.
   *
   * @param reason questions, waiters or size
   */
  public Counter cacheDrops(String reason) {
    return sink.counter(
        "dcosnet.dns.cache.drops",
        "Questions not asked and answers not kept for want of room",
        "reason",
        reason);
  }

  /**
   * Entries of the cache.
   *
   * @param kind positive or negative
   */
  public void cacheEntries(String kind, LongSupplier entries) {
    sink.gauge("dcosnet.dns.cache.entries", "Answers in the cache", entries, "kind", kind);
  }

  /**
   * Memory of the cache.
   *
   * @param kind positive or negative
   */
  public void cacheBytes(String kind, LongSupplier bytes) {
    sink.gauge(
        "dcosnet.dns.cache.bytes", "Memory that the cache takes, about", bytes, "kind", kind);
  }

  /** Questions that others are asked now. */
  public void cacheFlights(LongSupplier questions) {
    sink.gauge(
        "dcosnet.dns.cache.flights", "Questions that the cache has others asked now", questions);
  }
}
