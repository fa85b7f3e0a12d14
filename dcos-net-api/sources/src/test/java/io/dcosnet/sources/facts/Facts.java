// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;
import org.jspecify.annotations.Nullable;

/** Everything that the model can hold, odd texts and numbers among it, from one seed. */
final class Facts extends DomainContextBase {

  private static final String[] WORDS = {
    "",
    "web",
    "tcp",
    "udp",
    "a.b",
    "ünï-cödé",
    "\ud83d\ude80",
    "half \ud83d",
    "\udc00",
    "1-2-3",
    "VIP_0",
    "/web:80",
    "x".repeat(300),
    "3FA85F64-5717-4562-B3FC-2C963F66AFA6",
    "3fa85f64-5717-4562-b3fc-2c963f66afa",
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "\u00e9--------3fa85f64-5717-4562-b3fc-2c963f66afa6-\u00e9"
  };

  private static final double[] TIMES = {
    0, -0.0, 1, 1, 2, 1.5e9, 1.5e9 + 0.25, -3, Double.MAX_VALUE, Double.NaN
  };

  private final Random random;

  /** For jqwik. */
  Facts() {
    this(new Random(0));
  }

  Facts(Random random) {
    this.random = random;
  }

  private static <T> Arbitrary<T> seeded(Function<Facts, T> make) {
    return Arbitraries.longs()
        .map(seed -> make.apply(new Facts(new Random(seed))))
        .withoutEdgeCases();
  }

  @Provide
  Arbitrary<Task> aTask() {
    return seeded(Facts::task);
  }

  @Provide
  Arbitrary<ClusterState> aState() {
    return seeded(Facts::state);
  }

  ClusterState state() {
    return ClusterState.of(
        list(12, this::task), list(4, this::agent), list(4, this::framework), masters());
  }

  Task task() {
    Task.Builder task =
        Task.named(text())
            .id(text())
            .framework(text())
            .runningOn(text())
            .copy(random.nextInt(3) == 0 ? random.nextInt(9) : 0)
            .state(state(random))
            .statuses(list(4, this::status))
            .labels(labels())
            .healthChecked(random.nextBoolean());
    task.discovery(maybe(this::discovery)).container(maybe(this::container));
    return task.ports(list(3, this::ports)).build();
  }

  private static TaskState state(Random random) {
    List<TaskState> states = List.of(TaskState.values());
    return states.get(random.nextInt(states.size()));
  }

  private TaskStatus status() {
    double time = TIMES[random.nextInt(TIMES.length)];
    return new TaskStatus(
        state(random), time, maybe(random::nextBoolean), list(2, this::network), labels());
  }

  private NetworkInfo network() {
    return new NetworkInfo(text(), list(2, this::address), list(2, this::mapping), labels());
  }

  private PortMapping mapping() {
    return new PortMapping(port(), port(), text());
  }

  private PortRange ports() {
    int first = port();
    return new PortRange(first, first + random.nextInt(65536 - first));
  }

  private Discovery discovery() {
    return new Discovery(text(), text(), list(3, this::discoveryPort), labels());
  }

  private Discovery.Port discoveryPort() {
    int number = random.nextInt(9) == 0 ? random.nextInt() : port();
    return new Discovery.Port(number, text(), text(), labels());
  }

  private Container container() {
    List<Container.Type> types = List.of(Container.Type.values());
    Container.Type type = types.get(random.nextInt(types.size()));
    return new Container(type, list(2, this::network), list(2, this::mapping));
  }

  Agent agent() {
    Map<String, String> attributes = new HashMap<>();
    list(3, this::text).forEach(key -> attributes.put(key, text()));
    return new Agent(
        text(),
        text(),
        list(2, this::address),
        port(),
        random.nextBoolean(),
        attributes,
        text(),
        text());
  }

  Framework framework() {
    int port = random.nextBoolean() ? Framework.NO_PORT : port();
    return new Framework(
        text(),
        text(),
        text(),
        list(2, this::address),
        port,
        random.nextBoolean(),
        random.nextBoolean());
  }

  Masters masters() {
    return new Masters(list(3, this::master), maybe(this::master), Set.of(text(), text() + "!"));
  }

  private Master master() {
    return new Master(new HostPort(address(), port()), text());
  }

  private Labels labels() {
    Labels labels = Labels.NONE;
    for (int left = random.nextInt(3); left > 0; left--) {
      labels = labels.with(text(), text());
    }
    return labels;
  }

  private IpAddress address() {
    return random.nextBoolean()
        ? IpAddress.ofIpv4(random.nextInt())
        : IpAddress.ofIpv6(random.nextLong(), random.nextLong());
  }

  private int port() {
    return random.nextInt(4) == 0 ? 65535 * random.nextInt(2) : random.nextInt(65536);
  }

  private String text() {
    return random.nextInt(3) == 0
        ? new UUID(random.nextLong(), random.nextLong()) + "-S" + random.nextInt(9)
        : WORDS[random.nextInt(WORDS.length)];
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return random.nextInt(3) == 0 ? null : value.get();
  }

  private <T> List<T> list(int most, Supplier<T> element) {
    List<T> list = new ArrayList<>();
    for (int left = random.nextInt(most + 1); left > 0; left--) {
      list.add(element.get());
    }
    return list;
  }
}
