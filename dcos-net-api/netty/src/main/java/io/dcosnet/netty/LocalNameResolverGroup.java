// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static java.util.Objects.requireNonNull;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Lets Netty's clients find names that this process knows, without a query; all other names go to
 * the resolver that is given.
 *
 * <pre>{@code
 * bootstrap.resolver(
 *     new LocalNameResolverGroup(names::lookup, new DnsAddressResolverGroup(…), net.random()));
 * }</pre>
 *
 * <p>Several addresses take turns by chance. {@link #close} leaves the given resolver alone.
 *
 * <p><b>Thread-safe.</b>
 */
public final class LocalNameResolverGroup extends AddressResolverGroup<InetSocketAddress> {

  /** What this process knows. Must not block, and must be thread-safe. */
  @FunctionalInterface
  public interface Names {
    /** The addresses of a host, empty if it has none; null when somebody else must be asked. */
    @Nullable List<InetAddress> lookup(String host);
  }

  private final Names names;
  private final AddressResolverGroup<InetSocketAddress> otherwise;
  private final RandomGenerator random;

  /**
   * A group that opens nothing by itself.
   *
   * @param otherwise is asked for names that are not known here; Netty's {@code
   *     DefaultAddressResolverGroup} blocks the event loop meanwhile
   * @param random must be thread-safe
   */
  public LocalNameResolverGroup(
      Names names, AddressResolverGroup<InetSocketAddress> otherwise, RandomGenerator random) {
    this.names = requireNonNull(names, "names");
    this.otherwise = requireNonNull(otherwise, "otherwise");
    this.random = requireNonNull(random, "random");
  }

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
    return new InetSocketAddressResolver(executor, new Resolver(executor));
  }

  private final class Resolver extends InetNameResolver {
    private final EventExecutor loop;

    Resolver(EventExecutor executor) {
      super(executor);
      this.loop = executor;
    }

    @Override
    protected void doResolve(String host, Promise<InetAddress> promise) {
      List<InetAddress> known = names.lookup(host);
      if (known == null) {
        var unused =
            otherwise
                .getResolver(loop)
                .resolve(unresolved(host))
                .addListener(
                    done -> {
                      if (done.isSuccess()) {
                        promise.trySuccess(((InetSocketAddress) done.getNow()).getAddress());
                      } else {
                        promise.tryFailure(done.cause());
                      }
                    });
      } else if (known.isEmpty()) {
        promise.tryFailure(unknown(host));
      } else {
        promise.trySuccess(known.get(random.nextInt(known.size())));
      }
    }

    @Override
    protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
      List<InetAddress> known = names.lookup(host);
      if (known == null) {
        var unused =
            otherwise
                .getResolver(loop)
                .resolveAll(unresolved(host))
                .addListener(
                    done -> {
                      if (done.isSuccess()) {
                        promise.trySuccess(addresses((List<?>) done.getNow()));
                      } else {
                        promise.tryFailure(done.cause());
                      }
                    });
      } else if (known.isEmpty()) {
        promise.tryFailure(unknown(host));
      } else {
        List<InetAddress> turned = new ArrayList<>(known);
        Collections.rotate(turned, random.nextInt(known.size()));
        promise.trySuccess(turned);
      }
    }
  }

  private static InetSocketAddress unresolved(String host) {
    return InetSocketAddress.createUnresolved(host, 0);
  }

  private static List<InetAddress> addresses(List<?> found) {
    return found.stream().map(one -> ((InetSocketAddress) one).getAddress()).toList();
  }

  private static UnknownHostException unknown(String host) {
    return new UnknownHostException(host + " has no address");
  }
}
