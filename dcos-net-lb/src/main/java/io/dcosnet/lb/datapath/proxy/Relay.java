// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.lb.internal.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.io.IOException;

/**
 * Both directions between a client and its back end, and the ends of input that travel with them.
 *
 * <p><b>Confined to</b> the event loop of the connection.
 */
final class Relay {

  private final Wire client;
  private final Flow toBackend;
  private final Flow toClient;
  private boolean endTold; // to the back end
  private boolean endToldClient;
  private boolean wasOfUse;
  private boolean moved = true;
  private long idleSinceNanos;

  /**
   * @param up counts what was passed to back ends
   * @param down counts what was passed to clients
   */
  Relay(ProxyLoop loop, Wire client, Counter up, Counter down) {
    this.client = client;
    toBackend = new Flow(loop, up);
    toClient = new Flow(loop, down);
  }

  /** See {@link Flow#keep}, for what the client has sent. */
  void keep(ByteBuf ofClient) {
    toBackend.keep(ofClient);
  }

  /** See {@link Flow#lead}, for what a back end is told first. */
  void lead(byte[] octets) {
    toBackend.lead(octets);
  }

  /**
   * Moves what can be moved.
   *
   * @return true when there is more to do at once, after others had their turn
   * @throws IOException when one of the two broke; it knows so itself
   */
  boolean pump(Wire backend) throws IOException {
    moved = true;
    boolean moreUp = toBackend.pump(client, backend);
    boolean moreDown = toClient.pump(backend, client); // whatever the other direction has to do
    return moreUp || moreDown;
  }

  /** True when nothing was to be moved for so long. Looks whether it was since the last call. */
  boolean idle(long nowNanos, long idleNanos) {
    if (moved) {
      moved = false;
      idleSinceNanos = nowNanos;
      return false;
    }
    return nowNanos - idleSinceNanos >= idleNanos;
  }

  /** True when both sides have ended, and all that they sent was passed on. */
  boolean done() {
    return toBackend.done() && toClient.done();
  }

  /** Tells one side that the other will send no more, once everything before that is written. */
  void passEnds(Wire backend) throws IOException {
    if (toBackend.done() && !endTold) {
      endTold = true;
      backend.shutdownOutput();
    }
    if (toClient.done() && !endToldClient) {
      endToldClient = true;
      client.shutdownOutput();
    }
  }

  /** True when one of the two broke, which nobody would find by reading at the moment. */
  boolean isBroken(Wire backend) {
    return (client.broken() && toBackend.deaf()) || (backend.broken() && toClient.deaf());
  }

  /** True until a byte went either way. */
  boolean isUntouched() {
    return !toBackend.passed() && !toClient.took();
  }

  /** True for the first time that the back end has sent something, or all ended in good order. */
  boolean turnsOutWell() {
    boolean turns = !wasOfUse && (isAnswered() || done());
    wasOfUse |= turns;
    return turns;
  }

  /** True once the back end has sent a byte. */
  boolean isAnswered() {
    return toClient.took();
  }

  /** A back end may answer and reset without having read everything: the answer counts. */
  void passLast(Wire backend) {
    try {
      var unused = toClient.pump(backend, client);
    } catch (IOException e) {
      // That was the reset.
    }
  }

  /** Begins anew with another back end; what the client has sent so far stays for it. */
  void restart() {
    toClient.restart();
    endTold = false;
    endToldClient = false;
  }

  /** Forgets what was not passed on. Idempotent. */
  void drop() {
    toBackend.drop();
    toClient.drop();
  }
}
