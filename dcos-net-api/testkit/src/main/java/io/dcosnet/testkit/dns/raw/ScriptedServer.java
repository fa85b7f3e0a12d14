// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A server on loopback, over UDP and TCP on one port, that says what a test wants: nothing, late,
 * twice, nonsense. Made for what asks servers, such as forwarders.
 *
 * <pre>{@code
 * try (ScriptedServer upstream = ScriptedServer.start(asked ->
 *     asked.reply(RawDns.response(asked.message())
 *         .answer(asked.message().questionName(), Codes.TYPE_A, 60, address)))) {
 *   forwarder.ask(upstream.address());
 * }
 * }</pre>
 *
 * <p><b>Thread-safe.</b> The script is called on one thread for UDP and on one for each connection,
 * so calls may overlap; the address stays the same until {@link #close}.
 */
public final class ScriptedServer implements AutoCloseable {

  private static final int MAX_OCTETS = 65_535;
  private static final int BIND_TRIES = 50;

  private final Script script;
  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final AtomicInteger overUdp = new AtomicInteger();
  private final AtomicInteger overTcp = new AtomicInteger();
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(work -> thread("later", work));

  private ScriptedServer(Script script, DatagramSocket udp, ServerSocket tcp) {
    this.script = script;
    this.udp = udp;
    this.tcp = tcp;
  }

  /** What the server does with a query; doing nothing is silence. */
  @FunctionalInterface
  public interface Script {
    /** May block, keep the query, and reply to it now, later, often or never. */
    void asked(Asked query) throws IOException;
  }

  /** Listens on a free port. */
  public static ScriptedServer start(Script script) throws IOException {
    requireNonNull(script, "script");
    for (int i = 0; ; i++) {
      ServerSocket tcp = new ServerSocket();
      try {
        tcp.bind(new InetSocketAddress(IpAddress.LOOPBACK_IPV4.toInetAddress(), 0));
        DatagramSocket udp = new DatagramSocket(tcp.getLocalSocketAddress());
        ScriptedServer server = new ScriptedServer(script, udp, tcp);
        thread("udp", server::serveUdp).start();
        thread("tcp", server::serveTcp).start();
        return server;
      } catch (IOException e) {
        tcp.close();
        if (i == BIND_TRIES) {
          throw e; // else the port is free for TCP only
        }
      }
    }
  }

  private static Thread thread(String part, Runnable work) {
    Thread thread = new Thread(work, "dcosnet-scripted-dns-" + part);
    thread.setDaemon(true);
    return thread;
  }

  public HostPort address() {
    return new HostPort(IpAddress.LOOPBACK_IPV4, tcp.getLocalPort());
  }

  /** Number of datagrams so far. */
  public int askedOverUdp() {
    return overUdp.get();
  }

  /** Number of messages over TCP so far. */
  public int askedOverTcp() {
    return overTcp.get();
  }

  private void serveUdp() {
    byte[] octets = new byte[MAX_OCTETS];
    while (!udp.isClosed()) {
      DatagramPacket packet = new DatagramPacket(octets, octets.length);
      try {
        udp.receive(packet);
        overUdp.incrementAndGet();
        SocketAddress client = packet.getSocketAddress();
        byte[] query = Arrays.copyOf(octets, packet.getLength());
        play(new Asked(query, false, message -> sendTo(client, message), () -> {}));
      } catch (IOException e) {
        // Closed by the test, or a client that is gone: the next one is served.
      }
    }
  }

  private void play(Asked asked) throws IOException {
    try {
      script.asked(asked);
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e); // the next query is served all the same
    }
  }

  private void sendTo(SocketAddress client, byte[] message) throws IOException {
    udp.send(new DatagramPacket(message, message.length, client));
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try {
        Socket connection = tcp.accept();
        connections.add(connection);
        thread("connection", () -> serve(connection)).start();
      } catch (IOException e) {
        // As above.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(connection.getInputStream());
      while (true) {
        byte[] query = new byte[in.readUnsignedShort()];
        in.readFully(query);
        overTcp.incrementAndGet();
        play(new Asked(query, true, message -> sendOn(connection, message), connection::close));
      }
    } catch (EOFException | SocketException e) {
      // The client has ended the connection, or the script has.
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      connections.remove(connection);
    }
  }

  private static void sendOn(Socket connection, byte[] message) throws IOException {
    synchronized (connection) { // replies may come from several threads
      connection.getOutputStream().write(TcpLine.framed(message));
    }
  }

  /**
   * Ends everything.
   *
   * @throws IllegalStateException when the script has thrown something
   */
  @Override
  public void close() throws IOException {
    later.shutdownNow();
    udp.close();
    tcp.close();
    for (Socket connection : connections) {
      connection.close();
    }
    RuntimeException thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("the script has failed: " + thrown, thrown);
    }
  }

  @FunctionalInterface
  private interface Output {
    void send(byte[] message) throws IOException;
  }

  @FunctionalInterface
  private interface End {
    void close() throws IOException;
  }

  /** A query and the way back to who sent it. <b>Thread-safe.</b> */
  public final class Asked {

    private final byte[] query;
    private final boolean tcpUsed;
    private final Output output;
    private final End end;

    private Asked(byte[] query, boolean tcpUsed, Output output, End end) {
      this.query = query;
      this.tcpUsed = tcpUsed;
      this.output = output;
      this.end = end;
    }

    /** The octets as they came, a copy. */
    public byte[] octets() {
      return query.clone();
    }

    /**
     * The query, read.
     *
     * @throws io.dcosnet.api.DecodeException when it cannot be
     */
    public RawMessage message() {
      return RawMessage.parse(query);
    }

    public boolean isOverTcp() {
      return tcpUsed;
    }

    public void reply(RawDns response) throws IOException {
      reply(response.octets());
    }

    /** Sends any octets back, over TCP behind their length. */
    public void reply(byte[] response) throws IOException {
      output.send(response);
    }

    /** Sends them after a while; not at all when the server has been closed by then. */
    public void replyAfter(Duration delay, byte[] response) {
      var unused =
          later.schedule(
              () -> {
                reply(response);
                return null;
              },
              delay.toNanos(),
              TimeUnit.NANOSECONDS);
    }

    /** Ends the connection; nothing over UDP. */
    public void hangUp() throws IOException {
      end.close();
    }
  }
}
