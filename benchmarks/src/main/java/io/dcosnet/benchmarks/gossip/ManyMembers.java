// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks.gossip;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.seed.Seeds;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.netty.NetRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Many members in one process, each with sockets of its own on 127.0.0.1, encrypted, preset lan.
 * Started with their number it prints {@code joined SECONDS}; then, for each line on standard
 * input, it ends a member without a good-bye and prints {@code dead MEDIAN MAX} in seconds. It ends
 * with standard input. For {@code benchmarks/gossip/compare.sh}.
 */
public final class ManyMembers {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final List<GossipCluster> members = new ArrayList<>();
  private final NetRuntime net = NetRuntime.create();
  private final GossipKey key = GossipKey.generate(1, new SecureRandom());

  private ManyMembers() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    ManyMembers many = new ManyMembers();
    try (NetRuntime net = many.net) {
      System.out.println("joined " + many.start(net, Integer.parseInt(arguments[0])));
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (lines.readLine() != null && many.members.size() > 2) {
        System.out.println("dead " + many.endOne());
      }
    }
  }

  private String start(NetRuntime net, int count) throws InterruptedException {
    long begun = net.time().nanos();
    for (int i = 0; i < count; i++) {
      GossipCluster.Builder member =
          GossipCluster.builder(net)
              .name("m" + i)
              .bind(new HostPort(IpAddress.LOOPBACK_IPV4, 0))
              .settings(GossipSettings.lan())
              .keys(KeyRing.of(key))
              .label("many");
      if (i > 0) {
        member.seeds(Seeds.of(members.get(0).address()));
      }
      members.add(member.build());
      net.startAll(members.get(i));
    }
    CountDownLatch all = new CountDownLatch(count);
    members.forEach(
        member -> {
          CountDownLatch once = new CountDownLatch(1);
          var unused =
              member
                  .membership()
                  .subscribe(
                      net.executor(),
                      changes -> {
                        if (member.membership().members().size() == count && once.getCount() > 0) {
                          once.countDown();
                          all.countDown();
                        }
                      });
        });
    await(all);
    return seconds(net.time().nanos() - begun);
  }

  private String endOne() throws InterruptedException {
    GossipCluster victim = members.remove(members.size() - 1);
    NodeId id = victim.id();
    Map<NodeId, Long> known = new ConcurrentHashMap<>();
    CountDownLatch all = new CountDownLatch(members.size());
    members.forEach(
        member -> {
          var unused =
              member
                  .membership()
                  .subscribe(
                      net.executor(),
                      changes -> {
                        boolean dead =
                            member
                                .membership()
                                .byId(id)
                                .filter(one -> one.state() == Member.State.DEAD)
                                .isPresent();
                        if (dead && known.putIfAbsent(member.id(), net.time().nanos()) == null) {
                          all.countDown();
                        }
                      });
        });
    long ended = net.time().nanos();
    victim.close();
    await(all);
    List<Long> times = known.values().stream().map(at -> at - ended).sorted().toList();
    return seconds(times.get(times.size() / 2)) + " " + seconds(times.get(times.size() - 1));
  }

  private static void await(CountDownLatch all) throws InterruptedException {
    if (!all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(all.getCount() + " members do not know after " + PATIENCE);
    }
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
  }
}
