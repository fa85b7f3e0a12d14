// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordType;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Finds out which name servers answer, as DC/OS does: by asking for {@code ready.spartan}, with
 * type ANY, over UDP; one record in the answer is enough.
 *
 * <p><b>Thread-safe.</b> Each server under way takes one thread of the executor for up to the time
 * limit.
 */
public final class ReadyProbe {

  /** How long a server may take. That of DC/OS. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  private static final DomainName NAME = DomainName.parse("ready.spartan");
  private static final int HEADER = 12;
  private static final int RESPONSE = 0x8000;
  private static final int RECURSION_DESIRED = 0x0100;
  private static final int CLASS_IN = 1;

  /**
   * More packets that are no answer to us are not looked at, so that nobody can keep us waiting.
   */
  private static final int MAX_STRAY_PACKETS = 8;

  private final Executor executor;
  private final RandomGenerator random;
  private final Duration timeout;

  private ReadyProbe(Executor executor, RandomGenerator random, Duration timeout) {
    this.executor = requireNonNull(executor, "executor");
    this.random = requireNonNull(random, "random");
    this.timeout = requireNonNull(timeout, "timeout");
  }

  /**
   * A probe that asks nobody yet.
   *
   * @param executor runs work that blocks
   * @param random for message ids; must be thread-safe
   * @param timeout for one server
   */
  public static ReadyProbe of(Executor executor, RandomGenerator random, Duration timeout) {
    return new ReadyProbe(executor, random, timeout);
  }

  /** Asks all of the servers at once; completes with those that answered, in the given order. */
  public CompletionStage<List<HostPort>> live(List<HostPort> servers) {
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    for (HostPort server : servers) {
      answers.add(CompletableFuture.supplyAsync(() -> answers(server), executor));
    }
    List<HostPort> asked = List.copyOf(servers);
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              List<HostPort> live = new ArrayList<>();
              for (int i = 0; i < asked.size(); i++) {
                if (answers.get(i).join()) {
                  live.add(asked.get(i));
                }
              }
              return List.copyOf(live);
            });
  }

  private boolean answers(HostPort server) {
    int id = random.nextInt(0x10000);
    byte[] query = query(id);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server.toSocketAddress()); // others cannot answer in its place
      socket.setSoTimeout((int) Math.max(1, timeout.toMillis()));
      socket.send(new DatagramPacket(query, query.length));
      DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
      for (int i = 0; i <= MAX_STRAY_PACKETS; i++) {
        socket.receive(packet);
        ByteBuffer answer = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        if (answer.remaining() >= HEADER
            && (answer.getShort(0) & 0xffff) == id
            && (answer.getShort(2) & RESPONSE) != 0) {
          return answer.getShort(6) != 0; // records in the answer
        }
      }
      return false;
    } catch (IOException e) {
      return false; // silence, a closed port, no way there: it does not answer
    }
  }

  private static byte[] query(int id) {
    return ByteBuffer.allocate(HEADER + NAME.wireLength() + 4)
        .putShort((short) id)
        .putShort((short) RECURSION_DESIRED)
        .putShort((short) 1)
        .putShort((short) 0)
        .putInt(0)
        .put(NAME.toWire())
        .putShort((short) RecordType.ANY)
        .putShort((short) CLASS_IN)
        .array();
  }
}
