// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.IpAddress;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalNameResolverGroupTest {

  private static final InetAddress ONE = IpAddress.parse("192.0.2.1").toInetAddress();
  private static final InetAddress TWO = IpAddress.parse("192.0.2.2").toInetAddress();
  private static final InetAddress OUTSIDE = IpAddress.parse("203.0.113.9").toInetAddress();

  private final Map<String, List<InetAddress>> names = new HashMap<>();
  private final LocalNameResolverGroup group =
      new LocalNameResolverGroup(names::get, new Outside(), new Random(7));

  /** Knows example.org only. */
  private static final class Outside extends AddressResolverGroup<InetSocketAddress> {
    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
      return new InetSocketAddressResolver(
          executor,
          new InetNameResolver(executor) {
            @Override
            protected void doResolve(String host, Promise<InetAddress> promise) {
              if (host.equals("example.org")) {
                promise.setSuccess(OUTSIDE);
              } else {
                promise.setFailure(new UnknownHostException("asked outside: " + host));
              }
            }

            @Override
            protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
              promise.setSuccess(List.of(OUTSIDE));
            }
          });
    }
  }

  @AfterEach
  void close() {
    group.close();
  }

  private InetSocketAddress resolve(String host) throws Exception {
    return group
        .getResolver(ImmediateEventExecutor.INSTANCE)
        .resolve(InetSocketAddress.createUnresolved(host, 80))
        .get();
  }

  private List<InetSocketAddress> resolveAll(String host) throws Exception {
    return group
        .getResolver(ImmediateEventExecutor.INSTANCE)
        .resolveAll(InetSocketAddress.createUnresolved(host, 80))
        .get();
  }

  @Test
  void answersKnownNamesWithThePortThatWasAskedFor() throws Exception {
    names.put("web.marathon.mesos", List.of(ONE));

    assertThat(resolve("web.marathon.mesos")).isEqualTo(new InetSocketAddress(ONE, 80));
  }

  @Test
  void letsSeveralAddressesTakeTurns() throws Exception {
    names.put("web.marathon.mesos", List.of(ONE, TWO));
    Map<InetAddress, Integer> first = new HashMap<>();
    Map<InetAddress, Integer> single = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      List<InetSocketAddress> all = resolveAll("web.marathon.mesos");
      assertThat(all).extracting(InetSocketAddress::getAddress).containsExactlyInAnyOrder(ONE, TWO);
      first.merge(all.get(0).getAddress(), 1, Integer::sum);
      single.merge(resolve("web.marathon.mesos").getAddress(), 1, Integer::sum);
    }

    assertThat(first.values()).hasSize(2).allMatch(count -> count > 30);
    assertThat(single.values()).hasSize(2).allMatch(count -> count > 30);
  }

  @Test
  void deniesKnownNamesWithoutAddressAndAsksNobodyElse() {
    names.put("gone.marathon.mesos", List.of());

    assertThatThrownBy(() -> resolve("gone.marathon.mesos"))
        .hasCauseInstanceOf(UnknownHostException.class)
        .hasMessageContaining("has no address");
    assertThatThrownBy(() -> resolveAll("gone.marathon.mesos"))
        .hasCauseInstanceOf(UnknownHostException.class);
  }

  @Test
  void asksTheOtherResolverForTheRest() throws Exception {
    assertThat(resolve("example.org")).isEqualTo(new InetSocketAddress(OUTSIDE, 80));
    assertThat(resolveAll("example.org")).containsExactly(new InetSocketAddress(OUTSIDE, 80));
    assertThatThrownBy(() -> resolve("example.net")).hasMessageContaining("asked outside");
  }
}
