// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.mesos;
import static io.dcosnet.lb.vip.VipTasks.ports;
import static io.dcosnet.lb.vip.VipTasks.running;
import static io.dcosnet.lb.vip.VipTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Discovery.Port;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Labels.Label;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.Task;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TaskVipsProperties {

  private static final Arbitrary<String> ANY = Arbitraries.strings().ofMaxLength(20);

  @Provide
  Arbitrary<Label> labels() {
    Arbitrary<String> near =
        Arbitraries.of(
            "VIP_0",
            "vip_1",
            "VIP",
            "VIP_PORT0",
            "VIP_PORT7",
            "VIP_WEIGHT_0",
            "VIP_POLICY_1",
            "VIP_AFFINITY_0",
            "VIP_CONNECTIONS_0",
            "VIPER",
            "network-scope");
    Arbitrary<String> values =
        Arbitraries.oneOf(
            ANY,
            Arbitraries.of(
                "/web:80", "web:80", "1.2.3.4:80", "[fd01:c::5]:1", "tcp://web:80", "udp://x:9"),
            Arbitraries.of("host", "container", "maglev", "5", "-5", "9".repeat(40)));
    return Combinators.combine(Arbitraries.oneOf(near, near, ANY), values).as(Label::new);
  }

  @Provide
  Arbitrary<Port> discoveryPorts() {
    return Combinators.combine(
            Arbitraries.integers().between(-1, 65537),
            ANY,
            Arbitraries.of("tcp", "udp", "TCP", "", "sctp", "tcp,udp"),
            labels().list().ofMaxSize(5))
        .as((number, name, protocol, labels) -> new Port(number, name, protocol, of(labels)));
  }

  private static Labels of(List<Label> labels) {
    Labels all = Labels.NONE;
    for (Label label : labels) {
      all = all.with(label.key(), label.value());
    }
    return all;
  }

  @Property(tries = 400)
  void readsAnyTaskAndLosesNoVipWithoutAWord(
      @ForAll List<@From("discoveryPorts") Port> discovery,
      @ForAll List<@From("labels") Label> onTask) {
    Task.Builder builder =
        task("t")
            .ports(31000, 31002)
            .container(mesos(new PortMapping(31000, 80, "tcp")))
            .discovery(ports(discovery.toArray(Port[]::new)))
            .status(running(null, "9.0.0.2", "fd01:b::2"));
    onTask.forEach(label -> builder.label(label.key(), label.value()));

    TaskVips vips = TaskVips.of(builder.build(), AGENT, MARATHON, VipRules.defaults(), ip -> false);

    assertThat(vips.backends()).extracting(VipBackend::place).doesNotHaveDuplicates();
    for (Port port : discovery) {
      for (Label label : port.labels().entries()) {
        if (VipLabelKey.of(label.key()).kind() == VipLabelKey.Kind.VIP) {
          // Of labels with one text only the first counts, and is told of.
          boolean reported =
              discovery.stream()
                  .flatMap(other -> other.labels().entries().stream())
                  .filter(other -> other.value().equals(label.value()))
                  .anyMatch(other -> isReported(vips, other.key()));
          assertThat(isServed(vips, label.value()) || reported)
              .as("%s of %s in %s", label, port, vips)
              .isTrue();
        }
      }
    }
  }

  private static boolean isServed(TaskVips vips, String text) {
    return VipText.read(text, "marathon", VipRules.defaults()) instanceof VipText.Accepted vip
        && vips.backends().stream()
            .anyMatch(backend -> backend.key().equals(vip.key(backend.key().protocol())));
  }

  private static boolean isReported(TaskVips vips, String key) {
    return vips.refused().stream().anyMatch(report -> report.label().equals(key))
        || vips.remarks().stream().anyMatch(report -> report.label().equals(key));
  }
}
