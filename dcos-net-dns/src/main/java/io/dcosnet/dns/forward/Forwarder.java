// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.StartStop;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.metrics.ForwardMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers queries by asking other servers: which ones by the name, in which order by the policy of
 * the route and by how they did of late.
 *
 * <pre>{@code
 * Forwarder forwarder = Forwarder.builder(exchange, net.scheduler(), net.random())
 *     .routes(RoutingTable.builder()
 *         .route(DomainName.parse("mesos"), Policy.ALL, masters)
 *         .defaultRoute(Policy.DUAL_HEDGED, resolvers)
 *         .build())
 *     .own(addresses)
 *     .build();
 * }</pre>
 *
 * <p>A query ends within {@link #DEFAULT_BUDGET}, or the time that its client still waits if that
 * is shorter, whatever the servers do. SERVFAIL, REFUSED, NOTIMP, FORMERR and what makes no sense
 * lead to another server; the first usable answer wins, also over an earlier failure. What does not
 * fit a datagram is asked again over TCP. Servers that do not answer are left out until they do, as
 * a {@link HealthWatch probe} finds out; when all are down one query a second tries, and the others
 * fail at once.
 *
 * <p>Until it is started, and after it was stopped, it answers as well, but probes nothing.
 *
 * <p><b>Thread-safe.</b> Stages complete on the thread that brings the answer, or on that of the
 * scheduler.
 */
public final class Forwarder implements Resolver, Lifecycle {

  private static final Logger LOGGER = LoggerFactory.getLogger(Forwarder.class);

  /** Clients wait 5 s as a rule; an answer that says why there is none still reaches them. */
  public static final Duration DEFAULT_BUDGET = Duration.ofMillis(4500);

  /** Queries that wait at the same time; that of dcos-net. */
  public static final int DEFAULT_MAX_OUTSTANDING = 1024;

  /** Questions in a row without a reply after which a server is down. */
  public static final int DEFAULT_MAX_FAILS = 2;

  private final ForwardMetrics metrics;
  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final Predicate<HostPort> own;
  private final Runnable updated;
  private final Duration budget;
  private final int maxOutstanding;
  private final int maxFails;
  private final HealthWatch watch;
  private final LoopProbe loops;
  private final ForwardedQuery.Surroundings around;
  private final StartStop life = new StartStop("dns forwarder", this::open, this::shut);
  private final Set<ForwardedQuery> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicInteger outstanding = new AtomicInteger();

  // Answers that ask nobody are rarer than those of servers, and of few kinds.
  private final Map<List<String>, Counter> unasked = new ConcurrentHashMap<>();

  private volatile Routing routing;
  private volatile boolean stopping;

  private Forwarder(Builder builder) {
    metrics = new ForwardMetrics(builder.metrics);
    scheduler = builder.scheduler;
    random = builder.random;
    own = builder.own;
    updated = builder.updated;
    budget = builder.budget;
    maxOutstanding = builder.maxOutstanding;
    maxFails = builder.maxFails;
    watch = new HealthWatch(builder.exchange, scheduler, random, builder.probe, builder.back);
    loops = new LoopProbe(builder.exchange, scheduler, random);
    around = new ForwardedQuery.Surroundings(builder.exchange, scheduler, watch);
    routing = Routing.of(builder.routes, Routing.NONE, this::newcomer, this::upstreams);
    metrics.outstanding(outstanding::get);
    show(builder.routes);
  }

  /**
   * Begins with nobody to ask.
   *
   * @param random for the choice among equals; must be thread-safe
   */
  public static Builder builder(Exchange exchange, Scheduler scheduler, RandomGenerator random) {
    return new Builder(exchange, scheduler, random);
  }

  /** Belongs in front of the chain of the server, before its cache. */
  public LoopProbe loops() {
    return loops;
  }

  /** The routes that count now. */
  public RoutingTable routes() {
    return routing.table();
  }

  @Override
  public CompletionStage<Answer> resolve(Query query) {
    Routing now = routing;
    Route route = now.table().route(query.name());
    if (route instanceof Route.Ask ask) {
      return ask(now.upstreams(ask), query);
    }
    String zone = route.suffix().toString();
    if (route instanceof Route.Deny) {
      count(zone, "special");
      return done(SpecialNames.denial(route.suffix(), query.name(), query.type()));
    }
    boolean isOwn = route instanceof Route.Own;
    count(zone, isOwn ? "own" : "disabled");
    String why = isOwn ? "a zone of this server" : "forwarding is disabled";
    return done(Answer.failure(Rcode.REFUSED, ExtendedError.NOT_AUTHORITATIVE, why));
  }

  private CompletionStage<Answer> ask(Upstreams upstreams, Query query) {
    if (outstanding.incrementAndGet() > maxOutstanding) {
      outstanding.decrementAndGet();
      return done(overflow(upstreams, query));
    }
    Duration left = query.timeLeft();
    Duration time = left != null && left.compareTo(budget) < 0 ? left : budget;
    List<UpstreamHealth> order =
        stopping || time.isNegative() || time.isZero()
            ? List.of()
            : upstreams.choose(scheduler.time().nanos(), random);
    if (order.isEmpty()) {
      outstanding.decrementAndGet();
      upstreams.count("unasked");
      String why = stopping ? "the forwarder has ended" : upstreams.nobody();
      return done(Answer.failure(Rcode.SERVFAIL, ExtendedError.NO_REACHABLE_AUTHORITY, why));
    }
    ForwardedQuery forwarded = new ForwardedQuery(around, upstreams, order, query, time);
    waiting.add(forwarded);
    CompletionStage<Answer> answer = forwarded.start();
    var unused =
        answer.whenComplete(
            (ok, failure) -> {
              waiting.remove(forwarded);
              outstanding.decrementAndGet();
            });
    return answer;
  }

  /** As dcos-net: silence where the client tries again by itself. */
  private static Answer overflow(Upstreams upstreams, Query query) {
    boolean silent = query.protocol() == Protocol.UDP && query.client() != null;
    upstreams.count(silent ? "dropped" : "overflow");
    return silent ? Answer.DROP : Answer.OVERLOADED;
  }

  private void count(String zone, String result) {
    unasked
        .computeIfAbsent(List.of(zone, result), key -> metrics.requests(zone, result))
        .increment();
  }

  private static CompletionStage<Answer> done(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }

  /**
   * Asks by these routes from now on; what is under way ends by the old ones. Servers that stay
   * keep what is known of them.
   *
   * @throws ConfigurationException when a server is this one; the old routes stay then
   */
  public synchronized void update(RoutingTable routes) {
    Routing before = routing;
    if (life.state() == State.RUNNING) {
      requireForeign(routes);
    }
    Routing next = Routing.of(routes, before, this::newcomer, this::upstreams);
    routing = next;
    for (UpstreamHealth old : before.members()) {
      if (!next.members().contains(old)) {
        watch.forget(old);
      }
    }
    show(routes);
    updated.run();
    loops.probe(next.routes());
    LOGGER.info("forwarding by new routes upstreams={}", routes.upstreams());
  }

  private UpstreamHealth newcomer(Upstream upstream) {
    return new UpstreamHealth(upstream, new UpstreamFigures(metrics, upstream), maxFails);
  }

  private Upstreams upstreams(Route.Ask route, List<UpstreamHealth> members) {
    return new Upstreams(route, members, metrics);
  }

  private void show(RoutingTable routes) {
    for (Upstream upstream : routes.upstreams()) {
      String name = upstream.toString();
      metrics.up(name, () -> routing.isUp(upstream) ? 1 : 0);
      metrics.srtt(name, () -> Math.max(0, routing.srtt(upstream)));
    }
  }

  private void requireForeign(RoutingTable routes) {
    List<String> problems = new ArrayList<>();
    for (Route.Ask route : routes.asking()) {
      for (Upstream upstream : route.upstreams()) {
        if (own.test(upstream.address())) {
          problems.add(
              "route %s: upstream %s (expected: another server, this one listens there)"
                  .formatted(route.suffix(), upstream));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /** How it stands with all servers. */
  public List<UpstreamStatus> status() {
    Routing now = routing;
    long nanos = scheduler.time().nanos();
    List<UpstreamStatus> all = new ArrayList<>();
    for (UpstreamHealth health : now.members()) {
      all.add(UpstreamStatus.of(health, nanos, now.suffixesOf(health)));
    }
    return all;
  }

  /** What would happen to a query for this name. */
  public RouteExplanation explainRoute(DomainName name) {
    Routing now = routing;
    Route route = now.table().route(name);
    List<Upstream> order = new ArrayList<>();
    if (route instanceof Route.Ask ask) {
      for (UpstreamHealth each : now.upstreams(ask).preview(scheduler.time().nanos(), random)) {
        order.add(each.upstream());
      }
    }
    return new RouteExplanation(name, route, order);
  }

  @Override
  public List<String> describe(DomainName name, int type) {
    return List.of(explainRoute(name).toString());
  }

  /** Queries that wait for other servers. */
  public int outstanding() {
    return outstanding.get();
  }

  private synchronized CompletionStage<?> open() {
    requireForeign(routing.table());
    watch.start(routing.members());
    loops.start();
    loops.probe(routing.routes());
    return CompletableFuture.completedFuture(null);
  }

  private CompletionStage<?> shut(Duration grace) {
    stopping = true;
    watch.stop();
    loops.stop();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    waiting.forEach(query -> answers.add(query.answer().toCompletableFuture()));
    CompletableFuture<Void> all =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    Scheduler.Timer end = scheduler.schedule(grace, () -> waiting.forEach(ForwardedQuery::abort));
    return all.handle(
        (ok, failure) -> {
          end.cancel();
          return null;
        });
  }

  @Override
  public CompletionStage<Void> start() {
    return life.start();
  }

  @Override
  public CompletionStage<Void> stop(Duration grace) {
    return life.stop(grace);
  }

  @Override
  public State state() {
    return life.state();
  }

  @Override
  public Subscription onStateChange(Listener listener) {
    return life.onStateChange(listener);
  }

  @Override
  public void close() {
    life.close();
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Exchange exchange;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private RoutingTable routes = RoutingTable.NOBODY;
    private MetricsSink metrics = MetricsSink.none();
    private Predicate<HostPort> own = address -> false;
    private Runnable updated = () -> {};
    private Runnable back = () -> {};
    private Query probe = Query.of(DomainName.ROOT, RecordType.NS);
    private Duration budget = DEFAULT_BUDGET;
    private int maxOutstanding = DEFAULT_MAX_OUTSTANDING;
    private int maxFails = DEFAULT_MAX_FAILS;

    private Builder(Exchange exchange, Scheduler scheduler, RandomGenerator random) {
      this.exchange = requireNonNull(exchange, "exchange");
      this.scheduler = requireNonNull(scheduler, "scheduler");
      this.random = requireNonNull(random, "random");
    }

    /** Whom to ask about what; nobody unless set. */
    public Builder routes(RoutingTable table) {
      routes = requireNonNull(table, "table");
      return this;
    }

    /** Where figures go; nowhere unless set. */
    public Builder metrics(MetricsSink sink) {
      metrics = requireNonNull(sink, "sink");
      return this;
    }

    /**
     * Addresses that lead back to this server, which no upstream may have; asked at each start and
     * update. Such as {@link OwnAddresses}; none unless set.
     */
    public Builder own(Predicate<HostPort> addresses) {
      own = requireNonNull(addresses, "addresses");
      return this;
    }

    /** Called after each update, when the new routes count already. Must not block. */
    public Builder onUpdate(Runnable action) {
      updated = requireNonNull(action, "action");
      return this;
    }

    /** Called on the scheduler when a server that was down answers again. Must not block. */
    public Builder onRecovery(Runnable action) {
      back = requireNonNull(action, "action");
      return this;
    }

    /** What a server that is down is asked; the name servers of the root, with RD, unless set. */
    public Builder probe(Query question) {
      probe = requireNonNull(question, "question");
      return this;
    }

    /**
     * Time for one query; {@link #DEFAULT_BUDGET} unless set. With more, clients give up before
     * they hear why; with less, slow servers get no chance.
     */
    public Builder budget(Duration time) {
      budget = requireNonNull(time, "time");
      return this;
    }

    /** Queries that may wait at the same time; {@link #DEFAULT_MAX_OUTSTANDING} unless set. */
    public Builder maxOutstanding(int queries) {
      maxOutstanding = queries;
      return this;
    }

    /**
     * Questions in a row without a reply after which a server is down; {@link #DEFAULT_MAX_FAILS}
     * unless set.
     */
    public Builder maxFails(int questions) {
      maxFails = questions;
      return this;
    }

    /**
     * Builds the forwarder; asks nobody yet.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public Forwarder build() {
      List<String> problems = new ArrayList<>();
      if (budget.isNegative() || budget.isZero()) {
        problems.add("budget: " + budget + " (expected: more than nothing)");
      }
      if (maxOutstanding < 1) {
        problems.add("maxOutstanding: " + maxOutstanding + " (expected: 1 or more)");
      }
      if (maxFails < 1) {
        problems.add("maxFails: " + maxFails + " (expected: 1 or more)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new Forwarder(this);
    }
  }
}
