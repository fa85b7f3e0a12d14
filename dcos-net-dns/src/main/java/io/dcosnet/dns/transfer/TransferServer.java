// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Gives whole zones to those who may have them, and takes the news of primaries: AXFR (RFC 5936)
 * over TCP from one snapshot, IXFR (RFC 1995) as the whole zone or, when the client is up to date,
 * its SOA record alone, NOTIFY (RFC 1996) for zones that are copies. Questions for the SOA record
 * that are signed are answered here too, since secondaries with a key want a signed answer.
 *
 * <p>Zones that have not been read, or not in full, are not given away.
 *
 * <p><b>Thread-safe.</b>
 */
public final class TransferServer implements TransferService {

  private static final Logger LOGGER = LoggerFactory.getLogger(TransferServer.class);

  private final ZoneTable zones;
  private final Map<DomainName, NotifyTarget> copies = new HashMap<>();
  private final TransferPolicy policy;
  private final RequestCheck check;
  private final DnsMetrics metrics;
  private final AtomicInteger active = new AtomicInteger();

  /**
   * A service for these zones.
   *
   * @param zones as they are served
   * @param sources the zones that those come from; copies among them hear the news of their
   *     primaries
   */
  public TransferServer(
      ZoneTable zones,
      Collection<? extends Zone> sources,
      TransferPolicy policy,
      TimeSource time,
      DnsMetrics metrics) {
    this.zones = requireNonNull(zones, "zones");
    this.policy = requireNonNull(policy, "policy");
    Map<DomainName, TsigKey> keys = new HashMap<>();
    for (Zone source : sources) {
      if (source instanceof NotifyTarget copy) {
        copies.put(copy.origin(), copy);
        TsigKey key = copy.key();
        if (key != null) {
          keys.put(key.name(), key);
        }
      }
    }
    this.check = new RequestCheck(policy, keys, time);
    this.metrics = requireNonNull(metrics, "metrics");
    metrics.transfersActive(active::get);
  }

  @Override
  public boolean mayConcern(byte[] message, int offset, int length) {
    return TransferQuestion.isLikely(message, offset, length);
  }

  @Override
  public @Nullable Responses answer(
      byte[] message, int offset, int length, IpAddress client, Protocol protocol) {
    if (!TransferQuestion.isLikely(message, offset, length)) {
      return null;
    }
    byte[] octets = Arrays.copyOfRange(message, offset, offset + length);
    Message request;
    try {
      request = new Message(octets);
    } catch (IOException e) {
      return null; // whoever answers ordinary queries says what is wrong
    }
    Record question = request.getQuestion();
    boolean notify = request.getHeader().getOpcode() == Opcode.NOTIFY;
    if (question == null
        || question.getDClass() != DClass.IN
        || !isOurs(question.getType(), notify, request, protocol)) {
      return null;
    }
    RequestCheck.Outcome signature = check.signature(request, octets);
    if (signature.rcode() != Rcode.NOERROR) {
      refuse(question, client, signature.reason(), notify);
      return new OneResponse(signature.refusal(request));
    }
    DomainName name =
        DomainName.ofWire(question.getName().toWire(), 0, question.getName().length());
    return notify
        ? notified(request, name, client, signature)
        : transfer(request, octets, name, client, signature, protocol);
  }

  private static boolean isOurs(int type, boolean notify, Message request, Protocol protocol) {
    boolean signed = request.getTSIG() != null;
    if (notify) {
      return type == Type.SOA;
    }
    return protocol == Protocol.TCP
        ? type == Type.AXFR || type == Type.IXFR || (signed && type == Type.SOA)
        : signed && (type == Type.IXFR || type == Type.SOA);
  }

  private Responses transfer(
      Message request,
      byte[] octets,
      DomainName name,
      IpAddress client,
      RequestCheck.Outcome signature,
      Protocol protocol) {
    Record question = requireNonNull(request.getQuestion());
    Zone zone = zones.match(name);
    boolean soaOnly = question.getType() == Type.SOA;
    if (zone == null || !zone.origin().equals(name)) {
      return refused(request, signature, client, Rcode.NOTAUTH, "not-ours");
    }
    if (!soaOnly && !policy.allows(zone.origin(), client, signature.key())) {
      return refused(request, signature, client, Rcode.REFUSED, "acl");
    }
    ZoneSnapshot snapshot = zone.snapshot();
    if (snapshot == null || snapshot.isPartial()) {
      return refused(request, signature, client, Rcode.SERVFAIL, "not-ready");
    }
    // A datagram has no room for a zone: the SOA record alone sends the client to TCP (RFC 1995
    // §4).
    boolean current = isCurrent(request, snapshot);
    if (soaOnly || current || protocol == Protocol.UDP) {
      metrics.transfers(current ? "current" : "soa").increment();
      return signature.answer(Answers.soa(request, snapshot));
    }
    if (active.incrementAndGet() > policy.maxTransfers()) {
      active.decrementAndGet();
      return refused(request, signature, client, Rcode.SERVFAIL, "busy");
    }
    LOGGER.info(
        "zone transfer begins zone={} serial={} client={} key={}",
        zone.origin(),
        snapshot.serial(),
        client,
        signature.key());
    metrics.transfers("zone").increment();
    byte[] head = Answers.transferHead(octets, question.getName().length());
    return new ZoneMessages(snapshot, head, signature.signing(), active::decrementAndGet);
  }

  /** RFC 1995 §2: the client has this serial or a later one. */
  private static boolean isCurrent(Message request, ZoneSnapshot zone) {
    if (requireNonNull(request.getQuestion()).getType() != Type.IXFR) {
      return false;
    }
    for (Record record : request.getSection(Section.AUTHORITY)) {
      if (record instanceof SOARecord soa) {
        return (int) (zone.serial() - soa.getSerial()) <= 0;
      }
    }
    return false;
  }

  private Responses notified(
      Message request, DomainName name, IpAddress client, RequestCheck.Outcome signature) {
    Zone zone = zones.match(name);
    int rcode;
    if (zone == null || !zone.origin().equals(name)) {
      rcode = Rcode.NOTAUTH;
      metrics.notifiesReceived("not-ours").increment();
    } else {
      NotifyTarget copy = copies.get(name);
      boolean accepted = copy != null && copy.notified(client.unmapped());
      rcode = accepted ? Rcode.NOERROR : Rcode.REFUSED;
      metrics.notifiesReceived(accepted ? "accepted" : "refused").increment();
    }
    return signature.answer(Answers.error(request, rcode));
  }

  private Responses refused(
      Message request, RequestCheck.Outcome signature, IpAddress client, int rcode, String reason) {
    refuse(requireNonNull(request.getQuestion()), client, reason, false);
    return signature.answer(Answers.error(request, rcode));
  }

  private void refuse(Record question, IpAddress client, String reason, boolean notify) {
    if (notify) {
      metrics.notifiesReceived("refused").increment();
    } else {
      metrics.transfers(reason).increment();
    }
    LOGGER.debug(
        "{} {} refused reason={} client={}",
        RecordType.name(question.getType()),
        question.getName(),
        reason,
        client);
  }
}
