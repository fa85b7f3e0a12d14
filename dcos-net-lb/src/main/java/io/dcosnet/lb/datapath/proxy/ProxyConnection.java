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
import io.dcosnet.lb.vip.VipTable.Target;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client and the back end that it was given.
 *
 * <p>Until a byte went either way, another back end may take the place of one that fails. An end of
 * input travels on as one, so a client may finish sending and still receive; a reset travels on as
 * a reset, behind what was sent before it. A side that does not keep up stops the other one from
 * being read.
 *
 * <p><b>Confined to</b> the event loop of its lane. It is its own watcher and task, as this is one
 * object instead of three.
 */
final class ProxyConnection implements Wire.Watcher, Runnable {

  private final ProxyListener listener;
  private final Lane lane;
  private final Wire client;
  private final ServiceTally tally;
  private final Relay relay;
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
  private boolean late;
  private @Nullable List<HostPort> failed; // most need none
  private boolean retrying;

  private boolean again;
  private boolean over;

  private int place;

  ProxyConnection(ProxyListener listener, Lane lane, Wire client) {
    this.listener = listener;
    this.lane = lane;
    this.client = client;
    tally = listener.route().tally();
    relay = new Relay(lane.loop(), client, tally.toBackends, tally.toClients);
  }

  int place() {
    return place;
  }

  void place(int newPlace) {
    place = newPlace;
  }

  void begin() {
    lane.add(this);
    tally.began();
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
        long timeout = listener.context().config().proxyHeaderTimeout().toNanos();
        headerIn = new HeaderIn(named, begunNanos + timeout);
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
      relay.keep(rest);
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
    if (mayConnect()) {
      connect();
    }
  }

  // Connecting

  private boolean mayConnect() {
    connecting = listener.beginConnect();
    if (!connecting) {
      refuse("connects");
    }
    return connecting;
  }

  private void connect() {
    long now = listener.context().net().time().nanos();
    ProxyConfig config = listener.context().config();
    long left = config.connectBudget().toNanos() - (now - begunNanos);
    boolean mayTry = left > 0 && tries() <= config.connectRetries();
    int index = mayTry ? pick(now) : Picker.NONE;
    if (index == Picker.NONE) {
      refuse(mayTry && lane.loop().choice().someFull() ? "backend" : null);
      return;
    }
    Route chosen = requireNonNull(route);
    endpoint = chosen.target(index).endpoint();
    load = chosen.load(index);
    if (failed != null) {
      listener.context().metrics().connectRetries.increment();
    }
    triedAtNanos = now;
    late = false;
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
    Choice choice = lane.loop().choice();
    choice.of(current, false);
    if (failed != null) {
      failed.forEach(choice::without);
    }
    return choice.pick(flow, now, listener.context().net().random());
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
    listener.context().connected(listener.frontend(), at, now - triedAtNanos);
    Target target = listener.route().target(at);
    if (target == null || target.drainIsOver(now)) { // it left meanwhile: no byte went there
      leaveBackend();
      connect();
      return;
    }
    connecting = false;
    listener.endConnect();
    endRetry();
    HeaderOut header = requireNonNull(route).header();
    if (header != null) {
      relay.lead(header.octets(who()));
    }
    move();
  }

  /** False when nobody has to look again whether its time is over. */
  boolean stillConnecting(long nowNanos) {
    if (connecting && !over && nowNanos - giveUpNanos >= 0) {
      if (late) {
        connectFailed(Failure.TIMEOUT);
      } else {
        // The loop may have been late itself: what it hears before the next step comes first.
        late = true;
      }
    }
    HeaderIn awaited = headerIn;
    if (awaited != null && !over && awaited.late(nowNanos)) {
      refuseHeader(new ProxyHeaderException(Fault.TRUNCATED, "it did not come in time"));
    }
    timed = (connecting || headerIn != null) && !over;
    return timed;
  }

  /** The back end is of no use: another one takes its place, if one may. */
  private void connectFailed(Failure failure) {
    HostPort at = requireNonNull(endpoint);
    requireNonNull(load).failed(listener.context().net().time().nanos());
    leaveBackend();
    listener.context().failed(tally, listener.frontend(), at, failure);
    if (over) {
      return;
    }
    if (failed == null) {
      failed = new ArrayList<>(2);
    }
    failed.add(at);
    if (!connecting && !mayConnect()) {
      return;
    }
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
      move();
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
      move();
    }
  }

  private void move() {
    Wire to = requireNonNull(backend);
    boolean more;
    try {
      more = relay.pump(to);
      tellIfServed();
      if (relay.done()) {
        end();
        client.finish();
        to.finish();
        return;
      }
      relay.passEnds(to);
    } catch (IOException e) {
      broke(to);
      return;
    }
    if (over) {
      return;
    }
    if (relay.isBroken(to)) {
      broke(to);
      return;
    }
    if (more && !again) {
      again = true;
      lane.loop().events().execute(this);
    }
  }

  private void tellIfServed() {
    if (relay.turnsOutWell()) {
      listener.context().observers().served(listener.frontend(), requireNonNull(endpoint));
    }
  }

  /** A back end that fails before it was of any use may be replaced. */
  private void broke(Wire to) {
    tellIfServed(); // its answer may have come in the turn in which the client went
    boolean byBackend = to.broken() && !client.broken();
    if (byBackend && relay.isUntouched()) {
      relay.restart();
      connectFailed(Failure.RESET);
      return;
    }
    if (byBackend) {
      relay.passLast(to);
      tellIfServed();
      if (!relay.isAnswered()) { // too late for another one, but it counts
        HostPort at = requireNonNull(endpoint);
        listener.context().failed(tally, listener.frontend(), at, Failure.RESET);
      }
    }
    abort();
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
    if (relay.idle(nowNanos, idleNanos) && !connecting) {
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
    relay.drop();
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
    tally.ended();
    listener.closed();
  }
}
