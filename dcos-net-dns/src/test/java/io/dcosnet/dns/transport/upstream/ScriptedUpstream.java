// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.forward.Upstream.Carrier;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * A server on loopback, over UDP and TCP on one port, that does to each query what its script says,
 * right or wrong. {@link Scripts} has the usual ones.
 *
 * <p><b>Threading.</b> The script is called on the threads of the server, for one query at a time
 * over UDP and on each connection.
 */
public final class ScriptedUpstream implements AutoCloseable {

  /** What the server does. */
  @FunctionalInterface
  public interface Script {
    void play(Visit visit) throws IOException;
  }

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Script script;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final Queue<Visit> visits = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean closed;

  private ScriptedUpstream(DatagramSocket udp, ServerSocket tcp, Script script) {
    this.udp = udp;
    this.tcp = tcp;
    this.script = script;
    start(this::serveUdp);
    start(this::accept);
  }

  /** A server on 127.0.0.1. */
  public static ScriptedUpstream start(Script script) {
    return start(InetAddress.getLoopbackAddress(), script);
  }

  /** A server on this address. */
  public static ScriptedUpstream start(InetAddress address, Script script) {
    for (int tries = 0; ; tries++) {
      try {
        ServerSocket tcp = new ServerSocket(0, 50, address);
        try {
          DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), address);
          udp.setReceiveBufferSize(1 << 20);
          return new ScriptedUpstream(udp, tcp, script);
        } catch (IOException e) {
          tcp.close();
          throw e;
        }
      } catch (IOException e) {
        if (tries == 20) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** A server on 127.0.0.1 that speaks TLS where others speak TCP. */
  public static ScriptedUpstream startTls(SSLContext context, Script script) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    SSLServerSocket tcp =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50, here);
    SSLParameters parameters = tcp.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"dot"});
    tcp.setSSLParameters(parameters);
    return new ScriptedUpstream(new DatagramSocket(0, here), tcp, script);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "scripted-upstream");
    thread.setDaemon(true);
    thread.start();
  }

  private void serveUdp() {
    byte[] buffer = new byte[65_535];
    while (!closed) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        udp.receive(packet);
        byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
        play(new Visit(query, packet.getSocketAddress(), null));
      } catch (IOException e) {
        // An ICMP error of an earlier answer, or the end.
      }
    }
  }

  private void accept() {
    while (!closed) {
      try {
        Socket connection = tcp.accept();
        connection.setTcpNoDelay(true);
        connections.add(connection);
        start(() -> serve(connection));
      } catch (IOException e) {
        // The end.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      DataInputStream in = new DataInputStream(connection.getInputStream());
      while (true) {
        byte[] query = new byte[in.readUnsignedShort()];
        in.readFully(query);
        play(new Visit(query, connection.getRemoteSocketAddress(), connection));
      }
    } catch (IOException e) {
      // The client has what it wanted.
    }
  }

  private void play(Visit visit) throws IOException {
    visits.add(visit);
    script.play(visit);
  }

  /** Where it listens. */
  public HostPort address() {
    return HostPort.of(new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort()));
  }

  /** To be asked over UDP. */
  public Upstream upstream() {
    return Upstream.of(address());
  }

  /** To be asked over TLS under this name. */
  public Upstream upstream(String tlsName) {
    return new Upstream(address(), Carrier.TLS, tlsName);
  }

  /** What came so far, in order. */
  public List<Visit> visits() {
    return List.copyOf(visits);
  }

  /** Connections accepted so far. */
  public int connections() {
    return connections.size();
  }

  /** Ends all connections; new ones are taken. */
  public void closeConnections() throws IOException {
    for (Socket each : connections) {
      each.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    udp.close();
    later.shutdownNow();
    try {
      tcp.close();
      closeConnections();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One query and what can be done to it. */
  public final class Visit {

    private final byte[] query;
    private final SocketAddress client;
    private final @Nullable Socket connection;

    private Visit(byte[] query, SocketAddress client, @Nullable Socket connection) {
      this.query = query;
      this.client = client;
      this.connection = connection;
    }

    /** The query as it came. */
    public byte[] octets() {
      return query.clone();
    }

    public Message query() {
      try {
        return new Message(query);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** True for this name, in whatever letters. */
    public boolean isFor(String name) {
      return query().getQuestion().getName().toString(true).equalsIgnoreCase(name);
    }

    public boolean isTcp() {
      return connection != null;
    }

    /** The port that the query came from. */
    public int clientPort() {
      return ((InetSocketAddress) client).getPort();
    }

    /** A response without records. */
    public Message response(int rcode) {
      Message query = query();
      Message response = new Message(query.getHeader().getID());
      response.getHeader().setFlag(Flags.QR);
      response.getHeader().setFlag(Flags.RA);
      response.getHeader().setRcode(rcode);
      response.addRecord(query.getQuestion(), Section.QUESTION);
      return response;
    }

    /** A response with this address for the name asked. */
    public Message address(String address) {
      try {
        Record question = query().getQuestion();
        Message response = response(0);
        response.addRecord(
            new ARecord(question.getName(), DClass.IN, 60, InetAddress.getByName(address)),
            Section.ANSWER);
        return response;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Answers the way the query came. */
    public void send(Message message) throws IOException {
      send(message.toWire());
    }

    public void send(byte[] message) throws IOException {
      if (connection == null) {
        udp.send(new DatagramPacket(message, message.length, client));
      } else {
        byte[] framed = new byte[message.length + 2];
        framed[0] = (byte) (message.length >>> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        sendRaw(framed);
      }
    }

    /** Sends octets on the connection as they are. */
    public void sendRaw(byte[] octets) throws IOException {
      DataOutputStream out = new DataOutputStream(connection().getOutputStream());
      out.write(octets);
      out.flush();
    }

    /** Answers from another port of this host. */
    public void sendFromElsewhere(byte[] message) throws IOException {
      try (DatagramSocket other = new DatagramSocket(0, tcp.getInetAddress())) {
        other.send(new DatagramPacket(message, message.length, client));
      }
    }

    /** Does something after a while, on another thread. */
    public void after(long millis, Script then) {
      var unused =
          later.schedule(
              () -> {
                then.play(this);
                return null;
              },
              millis,
              TimeUnit.MILLISECONDS);
    }

    /** Breaks the connection. */
    public void reset() throws IOException {
      connection().setSoLinger(true, 0);
      connection().close();
    }

    /** Ends the connection. */
    public void hangUp() throws IOException {
      connection().close();
    }

    private Socket connection() {
      if (connection == null) {
        throw new IllegalStateException("the query came over UDP");
      }
      return connection;
    }
  }
}
