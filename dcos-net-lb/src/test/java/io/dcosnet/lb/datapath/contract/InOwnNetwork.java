// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.RouteSocket;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * For tests with root, as {@code @ExtendWith(InOwnNetwork.class)}: runs what a test class does
 * before, in and after each test on a thread in a network namespace made for that class, whose
 * loopback device is up. Threads that are made there are in it too.
 */
public final class InOwnNetwork implements InvocationInterceptor {

  private static final Namespace STORE = Namespace.create(InOwnNetwork.class);

  /** Closed by JUnit with the class that it was made for. */
  private record Place(NetworkNamespace network) implements AutoCloseable {
    @Override
    public void close() {
      network.close();
    }
  }

  /** For JUnit. */
  public InOwnNetwork() {}

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext test)
      throws Throwable {
    runThere(invocation, test);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext test)
      throws Throwable {
    runThere(invocation, test);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext test)
      throws Throwable {
    runThere(invocation, test);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext test)
      throws Throwable {
    runThere(invocation, test);
  }

  private static void runThere(Invocation<Void> invocation, ExtensionContext test)
      throws Throwable {
    Place place =
        test.getParent()
            .orElse(test)
            .getStore(STORE)
            .getOrComputeIfAbsent("place", key -> new Place(network()), Place.class);
    Optional<Throwable> thrown =
        place
            .network()
            .call(
                () -> {
                  try {
                    invocation.proceed();
                    return Optional.empty();
                  } catch (Throwable e) { // thrown again on the thread of JUnit
                    return Optional.of(e);
                  }
                });
    if (thrown.isPresent()) {
      throw thrown.get();
    }
  }

  private static NetworkNamespace network() {
    NetworkNamespace made = NetworkNamespace.create();
    made.call(
        () -> {
          try (RouteSocket routes = RouteSocket.open()) {
            int loopback = routes.link("lo").orElseThrow().index();
            routes.change(Links.setUp(loopback, true));
            return loopback;
          }
        });
    return made;
  }
}
