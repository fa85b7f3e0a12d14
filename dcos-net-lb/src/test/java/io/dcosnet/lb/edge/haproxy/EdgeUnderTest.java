// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import io.dcosnet.api.model.App;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.edge.EdgeModel;
import io.dcosnet.lb.edge.EdgeOptions;
import io.dcosnet.lb.edge.EdgeOptions.EntryPorts;
import io.dcosnet.lb.edge.EdgeRequest;
import io.dcosnet.lb.edge.EdgeServer;
import io.dcosnet.lb.edge.HostAddresses;
import io.dcosnet.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A model of apps, the real HAProxy that serves it, and the servers behind it. */
final class EdgeUnderTest implements AutoCloseable {

  /** Where it listens; nobody else does there. */
  static final String ADDRESS = "127.92.0.2";

  private final EdgeModel model;
  private final EchoServers servers;
  private final RunningHaproxy haproxy;

  private EdgeUnderTest(EdgeModel model, EchoServers servers, RunningHaproxy haproxy) {
    this.model = model;
    this.servers = servers;
    this.haproxy = haproxy;
  }

  /**
   * Starts all of it.
   *
   * @param change of the options for HAProxy
   * @param answers lines of the head of each server's answers
   */
  static EdgeUnderTest start(
      Path folder,
      EdgeOptions.Builder options,
      List<App> apps,
      UnaryOperator<HaproxyOptions> change,
      String... answers)
      throws IOException {
    List<Integer> free = FreePorts.find(4);
    EntryPorts ports = new EntryPorts(free.get(0), free.get(1), free.get(2), free.get(3));
    EdgeModel model = EdgeModel.of(apps, options.ports(ports).build(), HostAddresses.NONE, null);
    TestCertificate certificate = TestCertificate.make(folder, "edge");
    Path pem =
        Files.writeString(
            folder.resolve("edge.pem"),
            Files.readString(certificate.chain()) + Files.readString(certificate.key()));
    HaproxyOptions place =
        HaproxyOptions.defaults()
            .withBindAddress(ADDRESS)
            .withCertificates(List.of(pem.toString()));
    HaproxyConfig config = HaproxyConfig.of(model, change.apply(place));
    EchoServers servers = EchoServers.at(places(model), answers);
    try {
      return new EdgeUnderTest(
          model, servers, RunningHaproxy.start(config, folder, ADDRESS, ports, certificate));
    } catch (IOException | RuntimeException | AssertionError e) {
      servers.close();
      throw e;
    }
  }

  private static Set<HostPort> places(EdgeModel model) {
    return model.services().stream()
        .flatMap(service -> service.servers().stream())
        .map(EdgeServer::address)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  EdgeModel model() {
    return model;
  }

  RunningHaproxy.Answer send(EdgeRequest request) throws IOException {
    return haproxy.send(request);
  }

  @Override
  public void close() throws IOException {
    haproxy.close();
    servers.close();
  }
}
