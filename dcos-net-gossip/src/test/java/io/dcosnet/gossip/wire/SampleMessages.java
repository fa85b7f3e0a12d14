// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One message of each kind by the name that it has in the file of recorded octets. */
final class SampleMessages {

  static final NodeId ONE = NodeId.parse("00112233-4455-4677-8899-aabbccddeeff");
  static final NodeId TWO = NodeId.parse("fedcba98-7654-4321-8fed-cba987654321");
  static final long EPOCH = 0x0198_7654_3210L;

  static final Profile PROFILE =
      new Profile(
          "agent-1.example",
          List.of(HostPort.parse("192.0.2.1:7950"), HostPort.parse("[2001:db8::1]:7950")),
          Bytes.utf8("zone=a"),
          new ProtocolRange(1, 3, 2));

  static final Fact.Alive ALIVE = new Fact.Alive(ONE, EPOCH, 300, PROFILE);

  private SampleMessages() {}

  static Map<String, Message> all() {
    Map<String, Message> samples = new LinkedHashMap<>();
    samples.put("ping", new Message.Ping(0x01020304, ONE, 0xfffffffe));
    samples.put("ack", new Message.Ack(0x01020304, 0xfffffffe, false, 0, 0x1122334455667788L, -1));
    samples.put("ack-via-helper", new Message.Ack(5, 0, true, 8, 1, 2));
    samples.put(
        "ping-request-ipv4", new Message.PingRequest(6, TWO, HostPort.parse("192.0.2.7:1")));
    samples.put(
        "ping-request-ipv6",
        new Message.PingRequest(7, TWO, HostPort.parse("[2001:db8::7]:65535")));
    samples.put("nack", new Message.Nack(8));
    samples.put("wrong-node", new Message.WrongNode(9, TWO, EPOCH));
    samples.put("alive", ALIVE);
    samples.put("suspect", new Fact.Suspect(ONE, EPOCH, 0, TWO, Grade.PROBE));
    samples.put("dead", new Fact.Dead(ONE, EPOCH, 127, TWO, Grade.CRASH));
    samples.put("left", new Fact.Left(ONE, EPOCH, Long.MAX_VALUE));
    samples.put("event", new Message.Event(ONE, EPOCH, 128, "café", Bytes.utf8("news")));
    samples.put("mail", new Message.Mail(ONE, EPOCH, 1, TWO, "drain", Bytes.utf8("hello")));
    samples.put("mail-answer", new Message.MailAnswer(1, ""));
    samples.put("mail-answer-fault", new Message.MailAnswer(1, "nobody listens to the topic"));
    samples.put("store", new Message.Store(0x20, Bytes.utf8("opaque")));
    samples.put("key-ring-state", new Message.KeyRingState(Bytes.utf8("opaque")));
    samples.put("sync-join", new Message.SyncStart(true, 0x0102030405060708L, 1, ALIVE));
    samples.put("sync", new Message.SyncStart(false, -1, 10_000, ALIVE));
    samples.put(
        "sync-answer-equal",
        new Message.SyncAnswer(Message.SyncAnswer.Outcome.EQUAL, ALIVE, List.of(), ""));
    samples.put(
        "sync-answer-different",
        new Message.SyncAnswer(Message.SyncAnswer.Outcome.DIFFERENT, ALIVE, List.of(), ""));
    samples.put(
        "sync-answer-try-others",
        new Message.SyncAnswer(
            Message.SyncAnswer.Outcome.TRY_OTHERS,
            ALIVE,
            List.of(HostPort.parse("198.51.100.1:7950"), HostPort.parse("[2001:db8::2]:7951")),
            ""));
    samples.put(
        "sync-answer-refused",
        new Message.SyncAnswer(
            Message.SyncAnswer.Outcome.REFUSED, ALIVE, List.of(), "protocol 1 to 1"));
    samples.put("sync-fetch", new Message.SyncFetch(List.of(1L, -1L)));
    samples.put(
        "sync-entries",
        new Message.SyncEntries(
            List.of(
                new Message.SyncEntries.Entry(1, EPOCH, 0, State.ALIVE),
                new Message.SyncEntries.Entry(-2, EPOCH, 200, State.SUSPECT),
                new Message.SyncEntries.Entry(3, 0, 1, State.DEAD),
                new Message.SyncEntries.Entry(4, 1, 1, State.LEFT))));
    samples.put("sync-end", new Message.SyncEnd());
    samples.put("ring-hello", new Message.RingHello(ONE, EPOCH));
    samples.put("keep-alive", new Message.KeepAlive(false));
    samples.put("keep-alive-answer", new Message.KeepAlive(true));
    return samples;
  }
}
