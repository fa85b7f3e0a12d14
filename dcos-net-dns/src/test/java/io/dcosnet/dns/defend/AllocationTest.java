// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.dns.AllocatedOctets;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.RecordType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;

/** A query must make no garbage, whatever rules and limits there are. */
class AllocationTest {

  private static final int QUERIES = 20_000;

  private final Asked asked =
      new Asked(
          new Defence.Rules(
              AccessPolicy.builder()
                  .clients(Access.DROP, Cidr.parse("203.0.113.0/24"))
                  .zone(DomainName.parse("secret.mesos"), Access.REFUSE, Cidr.parse("0.0.0.0/0"))
                  .build(),
              RateLimit.DEFAULTS.withTotals(10_000, 10_000),
              Cookies.of(CookieSecret.of(new byte[16]))));
  private final Sender sender = Senders.sender("198.51.100.7");
  private byte[] kept = {};

  @Test
  void makesNoObjectForAQuery() {
    byte[] known = asked.learn("198.51.100.7");
    List<byte[]> queries =
        List.of(
            Asked.plain("web.mesos", RecordType.A),
            Asked.cookie("web.mesos", known),
            Asked.cookie("web.mesos", new byte[8]),
            Asked.cookie("web.mesos", new byte[24]),
            Asked.options("many.mesos", RecordType.A, new GenericEDNSOption(3, new byte[0])),
            Asked.options(
                "_db._tcp.mesos",
                RecordType.SRV,
                new GenericEDNSOption(EDNSOption.Code.PADDING, new byte[3])),
            Asked.plain("many.mesos", RecordType.ANY),
            Asked.plain("alias.mesos", RecordType.A),
            Asked.plain("no.such.mesos", RecordType.A),
            Asked.plain("x.sub.mesos", RecordType.A),
            Asked.plain("db.secret.mesos", RecordType.A),
            Asked.plain("db.secret.example.org", RecordType.A),
            Asked.plain("www.example.org", RecordType.A));
    int perRound = queries.size();
    ask(queries, 20 * QUERIES / perRound); // what classes and counters need once

    AllocatedOctets allocated = new AllocatedOctets();
    long before = allocated.now();
    ask(queries, QUERIES / perRound);
    long made = allocated.now() - before;

    assertThat(made / (double) QUERIES).isLessThan(0.1);
  }

  @Test
  void wouldNoticeOneObjectForAQuery() {
    AllocatedOctets allocated = new AllocatedOctets();
    long before = allocated.now();
    for (int i = 0; i < QUERIES; i++) {
      kept = new byte[i % 3];
    }

    assertThat(allocated.now() - before).isGreaterThanOrEqualTo(16L * QUERIES);
    assertThat(kept).isNotNull();
  }

  private void ask(List<byte[]> queries, int rounds) {
    Responder responder = asked.udp();
    for (int i = 0; i < rounds; i++) {
      for (int j = 0; j < queries.size(); j++) {
        byte[] query = queries.get(j);
        responder.answer(query, 0, query.length, sender);
      }
    }
  }
}
