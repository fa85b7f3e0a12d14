// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.balance.BackendLoad;
import io.dcosnet.lb.balance.Picker;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderException;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderException.Fault;
import io.dcosnet.lb.internal.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One client and the back end that it was given.
 *
 * <p>Until a byte went either way, another back end may take the place of one that fails. An end of
 * input travels on as one, so a client may finish sending and still receive; a reset travels on as
 * a reset, behind what was sent before it. A side that does not keep up stops the other one from
 * being read.
 *
 * <p><b>Confined to</b> the event loop of its lane. It is its own watcher, predicate and task, as
 * this is one object instead of four.
 */
final class ProxyConnection implements Wire.Watcher, IntPredicate, Runnable {

  private final ProxyListener listener;
  private final Lane lane;
  private final Wire client;
  private final Flow toBackend;
  private final Flow toClient;
  private long begunNanos;
  private long flow;
  private @Nullable HeaderIn headerIn; // while it is awaited
  private @Nullable HostPort named; // the client, as a header or its socket has it

  private @Nullable Wire backend;
  private @Nullable HostPort endpoint;
  private @Nullable BackendLoad load;
  private @Nullable Route route;
  private boolean connecting;
  private boolean timed;
  private long triedAtNanos;
  private long giveUpNanos;
  private @Nullable List<HostPort> failed; // most need none
  private boolean someFull;
  private boolean retrying;

  private boolean endTold; // to the back end
  private boolean endToldClient;
  private boolean again;
  private boolean over;

  private int place;
  private boolean moved = true;
  private long idleSinceNanos;

  ProxyConnection(ProxyListener listener, Lane lane, Wire client) {
    this.listener = listener;
    this.lane = lane;
    this.client = client;
    toBackend = new Flow(lane.loop(), listener.context().metrics().bytesToBackends);
    toClient = new Flow(lane.loop(), listener.context().metrics().bytesToClients);
  }

  int place() {
    return place;
  }

  void place(int newPlace) {
    place = newPlace;
  }

  void begin() {
    lane.add(this);
    begunNanos = listener.context().net().time().nanos();
    try {
      client.watch(lane.loop().events(), this);
    } catch (IOException e) {
      abort();
      return;
    }
    if (listener.takesHeaders()) {
      named = client.peer();
      if (listener.takesHeaders(named)) {
        Duration timeout = listener.context().config().proxyHeaderTimeout();
        headerIn = new HeaderIn(named, begunNanos + timeout.toNanos());
        timed = true;
        lane.loop().awaitConnect(this);
        return;
      }
    }
    admit();
  }

  private void readHeader(HeaderIn in) {
    try {
      if (!in.take(client, lane.loop().chunk())) {
        if (client.broken()) {
          abort();
        }
        return;
      }
    } catch (ProxyHeaderException e) {
      refuseHeader(e);
      return;
    } catch (IOException e) {
      abort();
      return;
    }
    headerIn = null;
    named = in.client();
    ByteBuf rest = in.rest();
    if (rest != null) {
      toBackend.keep(rest);
    }
    begunNanos = listener.context().net().time().nanos();
    admit();
  }

  private void refuseHeader(ProxyHeaderException why) {
    listener.headerRefused(named, why);
    abort();
  }

  private @Nullable HostPort who() {
    if (named == null) {
      named = client.peer();
    }
    return named;
  }

  private void admit() {
    Route now = listener.route();
    flow = now.asksForFlow() ? listener.flow(who()) : 0;
    if (!listener.beginConnect()) {
      refuse("connects");
      return;
    }
    connecting = true;
    connect();
  }

  // Connecting

  private void connect() {
    long now = listener.context().net().time().nanos();
    ProxyConfig config = listener.context().config();
    long left = config.connectBudget().toNanos() - (now - begunNanos);
    int index = left > 0 && tries() <= config.connectRetries() ? pick(now) : Picker.NONE;
    if (index == Picker.NONE) {
      refuse(someFull ? "backend" : null);
      return;
    }
    Route chosen = requireNonNull(route);
    endpoint = chosen.target(index).endpoint();
    load = chosen.load(index);
    if (failed != null) {
      listener.context().metrics().connectRetries.increment();
    }
    triedAtNanos = now;
    giveUpNanos = now + Math.min(left, config.connectTimeout().toNanos());
    @Nullable Wire opened = null;
    try {
      opened = listener.context().sockets().connect(chosen.address(index));
      backend = opened;
      opened.watch(lane.loop().events(), this);
    } catch (IOException e) {
      connectFailed(Connects.failure(e));
      return;
    }
    if (!timed) { // a further try is looked after already
      timed = true;
      lane.loop().awaitConnect(this);
    }
  }

  private int tries() {
    return failed == null ? 0 : failed.size();
  }

  private int pick(long now) {
    Route current = listener.route();
    route = current;
    someFull = false;
    for (int i = 0; i <= current.size(); i++) {
      int index = current.picker().pick(flow, now, listener.context().net().random(), this);
      if (index == Picker.NONE || current.begin(index)) {
        return index;
      }
    }
    return Picker.NONE;
  }

  /** True for a target that this connection must not get. */
  @Override
  public boolean test(int index) {
    Route current = requireNonNull(route);
    if (failed != null && failed.contains(current.target(index).endpoint())) {
      return true;
    }
    boolean full = current.full(index);
    someFull |= full;
    return full;
  }

  private void finishConnect(Wire wire) {
    try {
      wire.finishConnect();
    } catch (IOException e) {
      connectFailed(Connects.failure(e));
      return;
    }
    HostPort at = requireNonNull(endpoint);
    long now = listener.context().net().time().nanos();
    requireNonNull(load).connected(now - triedAtNanos, now);
    listener.context().observers().connected(listener.frontend(), at, now - triedAtNanos);
    if (listener.route().target(at) == null) { // it left the table meanwhile: no byte went there
      leaveBackend();
      connect();
      return;
    }
    connecting = false;
    listener.endConnect();
    endRetry();
    HeaderOut header = requireNonNull(route).header();
    if (header != null) {
      toBackend.lead(header.octets(who()));
    }
    relay();
  }

  /** False when nobody has to look again whether its time is over. */
  boolean stillConnecting(long nowNanos) {
    if (connecting && !over && nowNanos - giveUpNanos >= 0) {
      connectFailed(Failure.TIMEOUT);
    }
    HeaderIn awaited = headerIn;
    if (awaited != null && !over && awaited.late(nowNanos)) {
      refuseHeader(new ProxyHeaderException(Fault.TRUNCATED, "it did not come in time"));
    }
    timed = (connecting || headerIn != null) && !over;
    return timed;
  }

  private void connectFailed(Failure failure) {
    HostPort at = requireNonNull(endpoint);
    countFailure();
    leaveBackend();
    listener
        .context()
        .metrics()
        .connectFailures(failure.name().toLowerCase(Locale.ROOT))
        .increment();
    listener.context().observers().failed(listener.frontend(), at, failure);
    if (over) {
      return;
    }
    if (failed == null) {
      failed = new ArrayList<>(2);
    }
    failed.add(at);
    if (!retrying && !listener.beginRetry()) {
      refuse("retries");
      return;
    }
    retrying = true;
    connect();
  }

  private void endRetry() {
    if (retrying) {
      retrying = false;
      listener.endRetry();
    }
  }

  private void countFailure() {
    requireNonNull(load).failed(listener.context().net().time().nanos());
  }

  /** Gives the back end up; what the client has sent so far stays for the next one. */
  private void leaveBackend() {
    Wire left = backend;
    if (left != null) {
      left.reset();
      backend = null;
    }
    BackendLoad counted = load;
    HostPort at = endpoint;
    if (counted != null && at != null) {
      counted.end();
      load = null;
      endpoint = null;
      if (!connecting) {
        listener.left(at, counted);
      }
    }
  }

  private void refuse(@Nullable String limit) {
    if (limit == null) {
      listener.context().metrics().noBackend.increment();
    } else {
      listener.context().metrics().limited(limit).increment();
    }
    abort();
  }

  // Relaying

  @Override
  public void ready(Wire wire) {
    if (over) {
      return;
    }
    HeaderIn awaited = headerIn;
    if (awaited != null) {
      readHeader(awaited);
    } else if (!connecting) {
      relay();
    } else if (wire == client) {
      if (client.broken()) {
        abort();
      }
    } else if (wire == backend && (wire.writable() || wire.broken())) {
      finishConnect(wire);
    }
  }

  /** Goes on where a turn ended with more to do. */
  @Override
  public void run() {
    again = false;
    if (!over && !connecting) {
      relay();
    }
  }

  private void relay() {
    Wire to = requireNonNull(backend);
    moved = true;
    boolean more;
    try {
      more = toBackend.pump(client, to);
      more |= toClient.pump(to, client);
      passEnds(to);
    } catch (IOException e) {
      broke(to);
      return;
    }
    if (over) {
      return;
    }
    // What cannot be found by reading must be told: nobody reads from this side at the moment.
    if ((client.broken() && toBackend.deaf()) || (to.broken() && toClient.deaf())) {
      broke(to);
      return;
    }
    if (more && !again) {
      again = true;
      lane.loop().events().execute(this);
    }
  }

  private void passEnds(Wire to) throws IOException {
    boolean clientDone = toBackend.done();
    boolean backendDone = toClient.done();
    if (clientDone && backendDone) {
      end();
      client.finish();
      to.finish();
      return;
    }
    if (clientDone && !endTold) {
      endTold = true;
      to.shutdownOutput();
    }
    if (backendDone && !endToldClient) {
      endToldClient = true;
      client.shutdownOutput();
    }
  }

  /** A back end that fails before it was of any use may be replaced. */
  private void broke(Wire to) {
    if (to.broken() && !client.broken() && !toBackend.passed() && !toClient.took()) {
      HostPort at = requireNonNull(endpoint);
      countFailure();
      leaveBackend();
      toClient.restart();
      endTold = false;
      endToldClient = false;
      listener.context().metrics().connectFailures("reset").increment();
      reconnect(at);
      return;
    }
    if (to.broken() && !client.broken()) {
      passLast(to);
    }
    abort();
  }

  private void reconnect(HostPort at) {
    listener.context().observers().failed(listener.frontend(), at, Failure.RESET);
    if (failed == null) {
      failed = new ArrayList<>(2);
    }
    failed.add(at);
    if (!listener.beginConnect()) {
      refuse("connects");
    } else {
      connecting = true;
      if (!listener.beginRetry()) {
        refuse("retries");
      } else {
        retrying = true;
        connect();
      }
    }
  }

  /** A back end may answer and reset without having read everything: the answer counts. */
  private void passLast(Wire to) {
    try {
      var unused = toClient.pump(to, client);
    } catch (IOException e) {
      // That was the reset.
    }
  }

  // Ending

  @Override
  public void lost(Wire wire) {
    abort();
  }

  /** Ends it with a reset, as its back end is not to be used any more. */
  void cut() {
    if (!over) {
      listener.context().metrics().drainCuts.increment();
      abort();
    }
  }

  /** Where it is connected to, or null while it is not. */
  @Nullable HostPort connectedTo() {
    return connecting || over ? null : endpoint;
  }

  /** Ends it when nothing moved for so long. Looks whether something did since the last call. */
  void sweep(long nowNanos, long idleNanos) {
    if (moved) {
      moved = false;
      idleSinceNanos = nowNanos;
    } else if (!connecting && nowNanos - idleSinceNanos >= idleNanos) {
      abort();
    }
  }

  private void abort() {
    if (over) {
      return;
    }
    end();
    client.reset();
    if (backend != null) {
      backend.reset();
    }
  }

  private void end() {
    over = true;
    toBackend.drop();
    toClient.drop();
    if (connecting) {
      listener.endConnect();
    }
    endRetry();
    BackendLoad counted = load;
    HostPort at = endpoint;
    if (counted != null && at != null) {
      counted.end();
      if (!connecting) {
        listener.left(at, counted);
      }
    }
    lane.remove(this);
    listener.closed();
  }
}
