// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Services of given weights, and what many picks should have come to, for tests of pickers. */
final class Draws {

  private Draws() {}

  static HostPort endpoint(int index) {
    return new HostPort(IpAddress.ofIpv4(0xc0000200 + index / 1000), 1000 + index % 1000);
  }

  static Service service(Policy policy, int... weights) {
    List<Target> targets =
        IntStream.range(0, weights.length)
            .mapToObj(i -> Target.up(endpoint(i), weights[i]))
            .toList();
    return service(ServiceOptions.DEFAULTS.with(policy), targets);
  }

  static Service service(ServiceOptions options, List<Target> targets) {
    VipKey key = VipKey.named(Protocol.TCP, "web.marathon", 80);
    Frontend frontend = new Frontend(Protocol.TCP, HostPort.parse("198.51.100.1:80"));
    return new Service(key, frontend, options, targets);
  }

  static List<BackendLoad> loads(int count) {
    return new ArrayList<>(Stream.generate(BackendLoad::new).limit(count).toList());
  }

  /**
   * Fails unless counts are what weights give by chance: chi-squared below what it exceeds with
   * odds of less than one in 10^9 (the bound of Laurent and Massart), since properties try many
   * weights.
   */
  static void assertByWeight(int[] counts, int... weights) {
    long sum = Arrays.stream(weights).asLongStream().sum();
    long picks = Arrays.stream(counts).asLongStream().sum();
    double chiSquared = 0;
    int used = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] == 0) {
        assertThat(counts[i]).as("picks of %s, which has no weight", i).isZero();
        continue;
      }
      double expected = (double) picks * weights[i] / sum;
      chiSquared += (counts[i] - expected) * (counts[i] - expected) / expected;
      used++;
    }
    double unlikely = 9 * Math.log(10);
    double freedom = Math.max(0, used - 1);
    double bound = freedom + 2 * Math.sqrt(freedom * unlikely) + 2 * unlikely;
    assertThat(chiSquared)
        .as("%s for weights %s", Arrays.toString(counts), Arrays.toString(weights))
        .isLessThanOrEqualTo(bound);
  }
}
