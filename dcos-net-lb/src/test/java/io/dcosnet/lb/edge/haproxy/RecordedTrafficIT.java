// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.edge.EdgeModel;
import io.dcosnet.lb.edge.EdgeOptions;
import io.dcosnet.lb.edge.EdgeOptions.EntryPorts;
import io.dcosnet.lb.edge.EdgeServer;
import io.dcosnet.lb.edge.HostAddresses;
import io.dcosnet.lb.edge.RecordedSet;
import io.dcosnet.lb.edge.RecordedSet.Exchange;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The recorded requests go through the real HAProxy with our configuration, and meet what they met
 * behind the real Marathon-LB. Addresses and ports of the recording are exchanged for free ones.
 */
class RecordedTrafficIT {

  private static final String EDGE = "127.92.0.1";
  private static final Pattern PORTS =
      Pattern.compile("\\b(?:12[01]\\d\\d|15[01]\\d\\d|33\\d{3}|39\\d{3}|808[01])\\b");

  @TempDir Path folder;

  @BeforeEach
  void askForHaproxy() {
    Required.program("haproxy", "haproxy");
  }

  @ParameterizedTest
  @CsvSource({"1,false", "1,true", "2,false", "2,true"})
  @SuppressWarnings("try") // the servers only have to be there
  void meetsWhatWasRecorded(int set, boolean withMaps) throws IOException {
    RecordedSet recorded = RecordedSet.read(set, RecordedTrafficIT::here);
    List<Integer> free = FreePorts.find(4);
    EntryPorts ports = new EntryPorts(free.get(0), free.get(1), free.get(2), free.get(3));
    EdgeModel model =
        EdgeModel.of(
            recorded.apps(),
            EdgeOptions.forGroups("external").ports(ports).build(),
            HostAddresses.NONE,
            null);
    TestCertificate certificate = TestCertificate.make(folder, "edge");
    Path pem =
        Files.writeString(
            folder.resolve("edge.pem"),
            Files.readString(certificate.chain()) + Files.readString(certificate.key()));
    HaproxyOptions options =
        HaproxyOptions.defaults().withBindAddress(EDGE).withCertificates(List.of(pem.toString()));
    HaproxyConfig config =
        HaproxyConfig.of(model, withMaps ? options.withFolder(folder.toString()) : options);

    List<String> different = new ArrayList<>();
    try (EchoServers servers = EchoServers.at(places(model));
        RunningHaproxy edge = RunningHaproxy.start(config, folder, EDGE, ports, certificate)) {
      for (Exchange exchange : recorded.exchanges()) {
        String expected = exchange.status() + exchange.servers() + exchange.location();
        String seen = seen(edge, exchange);
        if (!seen.equals(expected)) {
          different.add(exchange + " but " + seen);
        }
      }
    }

    assertThat(different).isEmpty();
  }

  private static String here(String document) {
    return FreePorts.replace(document.replace("127.0.", "127.91."), PORTS);
  }

  private static Set<HostPort> places(EdgeModel model) {
    return model.services().stream()
        .flatMap(service -> service.servers().stream())
        .map(EdgeServer::address)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String seen(RunningHaproxy edge, Exchange exchange) throws IOException {
    Set<String> servers = new TreeSet<>();
    RunningHaproxy.Answer answer = edge.send(exchange.request());
    int turns = 2 * exchange.servers().size(); // servers take turns: each twice, and one more
    for (int turn = 0; turn < turns && answer.status().equals("200"); turn++) {
      servers.add(answer.server());
      answer = edge.send(exchange.request());
    }
    if (answer.status().equals("200")) {
      servers.add(answer.server());
    }
    return answer.status() + servers + answer.location();
  }
}
