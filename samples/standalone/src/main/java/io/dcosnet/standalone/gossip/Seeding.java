// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.api.model.Master;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.gossip.seed.SeedProvider;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.config.SeedText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of what a person wrote the seeds of the moment: names are looked up and masters asked for
 * each time.
 *
 * <p><b>Thread-safe.</b>
 */
public final class Seeding implements SeedProvider {

  private static final Logger LOGGER = LoggerFactory.getLogger(Seeding.class);

  private final List<SeedText> texts;
  private final @Nullable MasterDetector detector;
  private final List<IpAddress> masters;
  private final NetRuntime net;

  /**
   * Asks nobody yet.
   *
   * @param detector knows the masters; null where nobody follows their election
   * @param masters addresses of masters that are configured
   */
  public Seeding(
      List<SeedText> texts,
      @Nullable MasterDetector detector,
      List<IpAddress> masters,
      NetRuntime net) {
    this.texts = List.copyOf(texts);
    this.detector = detector;
    this.masters = List.copyOf(masters);
    this.net = net;
  }

  @Override
  public CompletionStage<List<HostPort>> seeds() {
    return CompletableFuture.supplyAsync(this::now, net.executor()); // looking up may take long
  }

  private List<HostPort> now() {
    Set<HostPort> all = new LinkedHashSet<>();
    for (SeedText text : texts) {
      HostPort endpoint = text.endpoint();
      String name = text.name();
      if (endpoint != null) {
        all.add(endpoint);
      } else {
        Stream<IpAddress> hosts = name == null ? addressesOfMasters() : addressesOf(name);
        hosts.forEach(host -> all.add(new HostPort(host, text.port())));
      }
    }
    return new ArrayList<>(all);
  }

  private Stream<IpAddress> addressesOfMasters() {
    Stream<IpAddress> elected =
        detector == null
            ? Stream.empty()
            : detector.masters().all().stream().map(Master::endpoint).map(HostPort::address);
    return Stream.concat(masters.stream(), elected);
  }

  private static Stream<IpAddress> addressesOf(String name) {
    try {
      return Arrays.stream(InetAddress.getAllByName(name)).map(IpAddress::of);
    } catch (UnknownHostException e) {
      LOGGER.debug("seed {}: no address now: {}", name, e.toString());
      return Stream.empty();
    }
  }
}
