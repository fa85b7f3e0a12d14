// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.QueryHandler;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code docs/dns-handlers.md} shows. */
class HandlersDocumentIT {

  private final NetRuntime net = NetRuntime.create();

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void theDocumentShowsTheExampleAsItIs() throws Exception {
    String source = Files.readString(Path.of("src/test/java/io/dcosnet/dns/BlockList.java"));

    assertThat(Files.readString(Path.of("../docs/dns-handlers.md")))
        .contains(source.substring(source.indexOf("record BlockList")));
  }

  @Test
  void theExampleBlocksItsNamesAndNoOthers() throws Exception {
    QueryHandler list = new BlockList(Set.of(name("ads.example.org"), name("bad.mesos")));
    DnsServer dns = start(HandlerChain.EMPTY.with(list).with(name("mesos"), list));

    assertThat(Dig.ask(dns.localAddress(), "x.ads.example.org"))
        .contains("status: NXDOMAIN", "EDE: 15 (Blocked): (on the list)");
    assertThat(Dig.ask(dns.localAddress(), "bad.mesos")).contains("status: NXDOMAIN");
    assertThat(Dig.ask(dns.localAddress(), "web.mesos")).contains("192.0.2.1");
    assertThat(Dig.ask(dns.localAddress(), "example.org")).contains("status: REFUSED");
  }

  @Test
  void aHandlerForANameChangesWhatTheZonesSay() throws Exception {
    QueryHandler canary =
        (query, zones) -> zones.resolve(query).thenApply(HandlersDocumentIT::firstOnly);
    DnsServer dns = start(HandlerChain.EMPTY.with(name("web.mesos"), canary));

    assertThat(Dig.ask(dns.localAddress(), "web.mesos")).contains("ANSWER: 1,");
  }

  private static Answer firstOnly(Answer answer) {
    return Answer.of(answer.answer().subList(0, 1).toArray(ZoneRecord[]::new));
  }

  private DnsServer start(HandlerChain handlers) {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.1", "192.0.2.2"));
    edit.put(name("bad.mesos"), addresses("192.0.2.3"));
    DnsServer dns =
        DnsServer.builder(net)
            .listen(HostPort.parse("127.0.0.1:0"))
            .zone(Zone.of(edit.commit(1)))
            .build();
    dns.handlers(handlers);
    net.startAll(dns);
    return dns;
  }
}
