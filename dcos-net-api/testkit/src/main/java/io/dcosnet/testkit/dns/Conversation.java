// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.raw.Codes.TYPE_SOA;

import io.dcosnet.api.DecodeException;
import io.dcosnet.testkit.dns.ConformanceCase.Transport;
import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.RawName;
import io.dcosnet.testkit.dns.raw.TcpLine;
import io.dcosnet.testkit.dns.raw.UdpLine;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one case says to the server and hears from it; all of it is written down.
 *
 * <p>Each question goes over a socket of its own. What every response must have is checked here: it
 * can be read, and has the id, the opcode and the question of its query.
 *
 * <p><b>Confined to</b> the thread that runs the suite.
 */
public final class Conversation {

  private static final int TRIES = 3;
  private static final int TCP_TRIES = 2;

  /** An answer that may not come would have come by then, as a later one is here already. */
  private static final int QUIET_MILLIS = 25;

  private static final int GOOD_ID = 0x600d;
  private static final int MAX_SHOWN_OCTETS = 600;

  private final Target target;
  private final Transport transport;
  private final List<String> transcript = new ArrayList<>();

  Conversation(Target target, Transport transport) {
    this.target = target;
    this.transport = transport;
  }

  public ZoneUnderTest zone() {
    return target.zone();
  }

  public Transport transport() {
    return transport;
  }

  Target target() {
    return target;
  }

  /** What was sent and received so far, in order, in hex. */
  List<String> transcript() {
    return List.copyOf(transcript);
  }

  /** The name that plays the part; the case is skipped when none does. */
  public RawName name(Role role) {
    RawName name = target.zone().name(role);
    if (name == null) {
      throw skip("no name is " + role);
    }
    return name;
  }

  /** Ends the case without a verdict: {@code throw conversation.skip("…")}. */
  public RuntimeException skip(String reason) {
    return new CaseSkippedException(reason);
  }

  /** A good query for the zone's SOA record, which every server answers. */
  public RawDns goodQuery() {
    return RawDns.query(target.zone().origin(), TYPE_SOA).id(GOOD_ID);
  }

  /** Asks and gives the response; fails when there is none. */
  public Reply ask(RawDns query) throws IOException {
    return ask(query.octets());
  }

  /** As {@link #ask(RawDns)} with any octets that have an id. */
  public Reply ask(byte[] query) throws IOException {
    byte[] response = transport == Transport.UDP ? askUdp(query) : askTcp(query);
    return reply(query, response);
  }

  /** Checks what every response must have, and gives it. */
  Reply reply(byte[] query, byte[] response) {
    RawMessage message;
    try {
      message = RawMessage.parse(response);
    } catch (DecodeException e) {
      throw new AssertionError("response cannot be read: " + e.getMessage(), e);
    }
    Reply reply = new Reply(message, target.zone().origin());
    int flags = (query[2] & 0xff) << 8 | (query[3] & 0xff);
    reply.check(
        message.id() == ((query[0] & 0xff) << 8 | (query[1] & 0xff)), "the id of the query");
    reply.check((message.flags() & 0x8000) != 0, "QR set");
    reply.check(message.opcode() == (flags >>> 11 & 15), "the opcode of the query");
    reply.check((message.flags() & 0x0040) == 0, "Z clear");
    RawMessage asked = parsed(query);
    if (asked != null && message.hasQuestion()) {
      byte[] question = asked.questionOctets();
      reply.check(Arrays.equals(question, message.questionOctets()), "the question of the query");
    }
    return reply;
  }

  private static @Nullable RawMessage parsed(byte[] query) {
    try {
      return RawMessage.parse(query);
    } catch (DecodeException e) {
      return null; // a bad query on purpose: its question cannot be compared
    }
  }

  private byte[] askUdp(byte[] query) throws IOException {
    try (UdpLine line = UdpLine.to(target.address())) {
      for (int i = 0; i < TRIES; i++) {
        sent(query);
        line.send(query);
        byte[] response = line.receive(target.timeoutMillis());
        if (response != null) {
          return received(response);
        }
      }
    }
    throw new AssertionError("no response to " + TRIES + " datagrams");
  }

  /** A server may end a connection at any time; one that does so twice means it. */
  private byte[] askTcp(byte[] query) throws IOException {
    for (int i = 0; i < TCP_TRIES; i++) {
      try (TcpLine line = connect()) {
        sent(query);
        line.send(query);
        byte[] response = line.receive();
        if (response != null) {
          return received(response);
        }
      } catch (SocketTimeoutException e) {
        throw new AssertionError("no response on the connection", e);
      }
    }
    throw new AssertionError("connection ended without a response");
  }

  /**
   * Sends what may get no answer, and a good query behind it whose answer shows that none comes.
   * Over TCP the server may end the connection instead.
   */
  public void expectSilence(byte[] message) throws IOException {
    if (transport == Transport.UDP) {
      expectSilenceUdp(message);
    } else {
      expectSilenceTcp(message);
    }
  }

  private void expectSilenceUdp(byte[] message) throws IOException {
    byte[] good = goodQuery().octets();
    try (UdpLine line = UdpLine.to(target.address())) {
      sent(message);
      line.send(message);
      byte[] first = null;
      for (int i = 0; i < TRIES && first == null; i++) {
        sent(good);
        line.send(good);
        first = line.receive(target.timeoutMillis());
      }
      if (first == null) {
        throw new AssertionError("a good query got no response afterwards");
      }
      onlyGood(good, received(first));
      byte[] next = line.receive(QUIET_MILLIS);
      if (next != null) {
        onlyGood(good, received(next)); // the good query may have been sent twice
      }
    }
  }

  private void expectSilenceTcp(byte[] message) throws IOException {
    byte[] good = goodQuery().octets();
    try (TcpLine line = connect()) {
      sent(message);
      sent(good);
      line.write(TcpLine.framed(List.of(message, good)));
      line.endOutput();
      for (byte[] next = line.receive(); next != null; next = line.receive()) {
        onlyGood(good, received(next));
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("neither answered nor closed the connection", e);
    }
    expectGoodAnswer();
  }

  private void onlyGood(byte[] good, byte[] response) {
    boolean isGood = response.length > 12 && response[0] == good[0] && response[1] == good[1];
    if (!isGood) {
      throw new AssertionError("answered what may get no answer");
    }
    reply(good, response).rcode(0);
  }

  /** Asks a good query: the server must still be there. */
  public void expectGoodAnswer() throws IOException {
    ask(goodQuery()).rcode(0).check(reply -> reply.answers().size() == 1, "the SOA record");
  }

  /** A connection of its own for cases about connections. */
  public TcpLine connect() throws IOException {
    return TcpLine.to(target.address(), target.timeoutMillis());
  }

  /** Reads the next message of a connection, which must be there. */
  public byte[] receive(TcpLine line) throws IOException {
    try {
      byte[] message = line.receive();
      if (message == null) {
        throw new AssertionError("connection ended, a response was due");
      }
      return received(message);
    } catch (SocketTimeoutException | EOFException e) {
      throw new AssertionError("no whole response on the connection", e);
    }
  }

  /** Fails unless the server ends the connection next, without another message. */
  public void expectEnd(TcpLine line) throws IOException {
    try {
      byte[] message = line.receive();
      if (message != null) {
        received(message);
        throw new AssertionError("a message where the connection should end");
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("connection stays open", e);
    }
  }

  /** Writes down what a script sends by itself. */
  public void sent(byte[] message) {
    transcript.add("> " + hex(message));
  }

  private byte[] received(byte[] message) {
    transcript.add("< " + hex(message));
    return message;
  }

  private static String hex(byte[] octets) {
    int shown = Math.min(octets.length, MAX_SHOWN_OCTETS);
    String hex = HexFormat.of().formatHex(octets, 0, shown);
    return shown == octets.length ? hex : hex + "… (" + octets.length + " octets)";
  }
}
