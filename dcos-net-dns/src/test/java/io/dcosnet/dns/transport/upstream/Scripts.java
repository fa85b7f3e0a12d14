// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Script;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** What servers do, and what they should not. */
public final class Scripts {

  private Scripts() {}

  /** Gives this address for every name. */
  public static Script answering(String address) {
    return visit -> visit.send(visit.address(address));
  }

  /** Drops everything. */
  public static Script silent() {
    return visit -> {};
  }

  /** Does it late. */
  public static Script slow(Duration delay, Script script) {
    return visit -> visit.after(delay.toMillis(), script);
  }

  /** Does one thing over UDP and another over TCP. */
  public static Script overUdp(Script udp, Script tcp) {
    return visit -> (visit.isTcp() ? tcp : udp).play(visit);
  }

  /** Does one thing with the first queries and another with the rest. */
  public static Script first(int count, Script first, Script then) {
    int[] seen = {0};
    return visit -> (seen[0]++ < count ? first : then).play(visit);
  }

  /** Does one thing and then another one. */
  public static Script both(Script one, Script two) {
    return visit -> {
      one.play(visit);
      two.play(visit);
    };
  }

  /** Refuses with this code. */
  public static Script refusing(int rcode) {
    return visit -> visit.send(visit.response(rcode));
  }

  /** As who cannot even read the query. */
  public static Script formatErrorWithoutQuestion() {
    return visit -> {
      Message response = new Message(visit.query().getHeader().getID());
      response.getHeader().setFlag(Flags.QR);
      response.getHeader().setRcode(Rcode.FORMERR);
      visit.send(response);
    };
  }

  /** Says that it has more to say. */
  public static Script truncated() {
    return visit -> {
      Message response = visit.response(Rcode.NOERROR);
      response.getHeader().setFlag(Flags.TC);
      visit.send(response);
    };
  }

  /** Answers with the id of another query. */
  public static Script wrongId(String address) {
    return visit -> {
      Message response = visit.address(address);
      response.getHeader().setID((visit.query().getHeader().getID() + 1) & 0xffff);
      visit.send(response);
    };
  }

  /** Answers a question that nobody asked. */
  public static Script wrongQuestion(String address) {
    return visit -> {
      Message response = visit.address(address);
      response.removeAllRecords(Section.QUESTION);
      Name other = Name.fromConstantString("other.example.org.");
      response.addRecord(Record.newRecord(other, Type.A, DClass.IN), Section.QUESTION);
      visit.send(response);
    };
  }

  /** Answers in letters of its own. */
  public static Script lowerCase(String address) {
    return visit -> {
      Message response = visit.address(address);
      Record question = visit.query().getQuestion();
      response.removeAllRecords(Section.QUESTION);
      response.addRecord(
          Record.newRecord(lower(question.getName()), question.getType(), DClass.IN),
          Section.QUESTION);
      visit.send(response);
    };
  }

  private static Name lower(Name name) {
    try {
      return Name.fromString(name.toString().toLowerCase(Locale.ROOT));
    } catch (TextParseException e) {
      throw new AssertionError(e);
    }
  }

  /** Answers from another port. */
  public static Script wrongSource(String address) {
    return visit -> visit.sendFromElsewhere(visit.address(address).toWire());
  }

  /** Sends octets of no meaning. */
  public static Script garbage() {
    return visit -> visit.send("no message, but long enough for one".getBytes(US_ASCII));
  }

  /** Repeats the question and cuts the answer. */
  public static Script malformed() {
    return visit -> {
      byte[] whole = visit.address("192.0.2.1").toWire();
      visit.send(Arrays.copyOf(whole, whole.length - 1));
    };
  }

  /** Answers with 4000 addresses, which fill a message over TCP. */
  public static Script huge() {
    return visit -> {
      Message response = visit.response(Rcode.NOERROR);
      Name name = visit.query().getQuestion().getName();
      for (int i = 0; i < 4000; i++) {
        byte[] address = {(byte) 198, 18, (byte) (i >> 8), (byte) i};
        response.addRecord(
            new ARecord(name, DClass.IN, 60, InetAddress.getByAddress(address)), Section.ANSWER);
      }
      visit.send(response.toWire(65_535));
    };
  }

  /** Begins an answer and ends the connection in the middle of it. */
  public static Script hangingUpInTheMiddle() {
    return visit -> {
      byte[] message = visit.address("192.0.2.1").toWire();
      byte[] half = new byte[message.length];
      half[1] = (byte) message.length;
      System.arraycopy(message, 0, half, 2, message.length - 2);
      visit.sendRaw(half);
      visit.hangUp();
    };
  }

  /** Ends the connection without a word. */
  public static Script hangingUp() {
    return Visit::hangUp;
  }
}
