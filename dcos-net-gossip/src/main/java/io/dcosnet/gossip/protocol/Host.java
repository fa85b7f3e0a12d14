// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.member.GossipEvent;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * All that a {@link GossipCore} can see of the world and do to it. Who runs a core implements this;
 * the core calls it on its own thread only, and from nowhere else does the core get time, chance or
 * octets.
 *
 * <p>An implementation never calls back into the core from within these methods: what follows from
 * them comes later, as a call of its own.
 */
public interface Host {

  /** Ends a timer. */
  @FunctionalInterface
  interface Timer {
    /** After this the work does not begin any more; idempotent. */
    void cancel();
  }

  /** Monotonic nanoseconds from an arbitrary origin. */
  long nanos();

  /** Milliseconds since the Unix epoch; may jump. For what people read and for epochs only. */
  long wallMillis();

  RandomGenerator random();

  /** Runs {@code work} once on the core's thread. */
  Timer schedule(long delayNanos, Runnable work);

  /**
   * Sends a datagram; {@code body} may be used again after the call. Envelope and encryption are
   * the host's.
   *
   * @return whether the system took it; false when it refused at once (no route, not permitted)
   */
  boolean send(HostPort to, byte[] body, int length);

  /**
   * Opens a stream. {@link GossipCore#opened} or {@link GossipCore#closed} follows.
   *
   * @return number of the link, never used before
   */
  int open(HostPort to);

  /** Sends a frame on an open link; nothing happens when that is closed already. */
  void write(int link, byte[] frame, int length);

  /** Octets that were written on a link and wait to be sent; 0 where that is not known. */
  default long pending(int link) {
    return 0;
  }

  /**
   * Closes a link in order, after what was written; {@link GossipCore#closed} does not follow.
   * Idempotent.
   */
  void close(int link);

  /** Tells the listeners. */
  void tell(GossipEvent event);

  /**
   * Asks for the seeds of the present moment.
   *
   * @param answer called once, later, on the core's thread; with none when they cannot be had
   */
  void seeds(Consumer<List<HostPort>> answer);

  /** Keeps these members for the next start; in no hurry. */
  void keep(List<KeptMember> members);

  /** Whether {@link #keep} does anything; without, no list is made for it. */
  default boolean keeps() {
    return true;
  }

  /**
   * This node was found cloned and goes on under another identity, which envelopes and links name
   * from now on and the next start should have.
   */
  default void identityChanged(MemberKey now) {}
}
