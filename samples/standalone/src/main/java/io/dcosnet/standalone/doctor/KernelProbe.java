// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Kernel features as far as they can be read without root; nothing is loaded to find out. */
final class KernelProbe {

  private static final String AREA = "kernel";
  private static final String RELEASE = "/proc/sys/kernel/osrelease";

  /**
   * @param module as in {@code /sys/module}, empty for what is never a module
   * @param option of the kernel's configuration
   */
  private record Feature(String name, String module, String option, String cost) {}

  private static final List<Feature> FEATURES =
      List.of(
          new Feature("vxlan", "vxlan", "CONFIG_VXLAN", "no overlay between nodes"),
          new Feature("bridge", "bridge", "CONFIG_BRIDGE", "no container networks"),
          new Feature("veth", "veth", "CONFIG_VETH", "no container networks"),
          new Feature("nf_tables", "nf_tables", "CONFIG_NF_TABLES", "no VIPs by nftables"),
          new Feature("ip_vs", "ip_vs", "CONFIG_IP_VS", "no VIPs by IPVS"),
          new Feature("cgroup-bpf", "", "CONFIG_CGROUP_BPF", "no VIPs in the socket layer"));

  private KernelProbe() {}

  static Stream<Finding> probe(Machine machine) {
    Optional<String> release = machine.text(RELEASE);
    if (release.isEmpty()) {
      return Stream.of(Finding.notProbed(AREA, "release", "not Linux, or no /proc"));
    }
    Optional<String> config = configuration(machine, release.get());
    return Stream.of(
            Stream.of(Finding.ok(AREA, "release", release.get())),
            FEATURES.stream().map(feature -> look(machine, feature, release.get(), config)),
            Stream.of(cgroup(machine), typeInformation(machine)))
        .flatMap(part -> part);
  }

  private static Optional<String> configuration(Machine machine, String release) {
    return machine
        .gzippedText("/proc/config.gz")
        .or(() -> machine.text("/boot/config-" + release))
        .or(() -> machine.text("/lib/modules/" + release + "/config"));
  }

  private static Finding look(
      Machine machine, Feature feature, String release, Optional<String> config) {
    String name = feature.name();
    if (!feature.module().isEmpty() && machine.exists("/sys/module/" + feature.module())) {
      return Finding.ok(AREA, name, "loaded");
    }
    String folder = "/lib/modules/" + release + "/modules.";
    if (isListed(machine.text(folder + "builtin"), feature)) {
      return Finding.ok(AREA, name, "built in");
    }
    if (isListed(machine.text(folder + "dep"), feature)) {
      return Finding.ok(AREA, name, "a module that is not loaded yet");
    }
    if (config.isEmpty()) {
      return Finding.notProbed(
          AREA, name, "not loaded, and neither a list of modules nor a configuration is readable");
    }
    return byConfiguration(feature, config.get());
  }

  private static Finding byConfiguration(Feature feature, String config) {
    String set = feature.option() + "=";
    String value =
        config
            .lines()
            .filter(line -> line.startsWith(set))
            .map(line -> line.substring(set.length()))
            .findFirst()
            .orElse("n");
    return switch (value) {
      case "y" -> Finding.ok(AREA, feature.name(), "built in (" + feature.option() + "=y)");
      case "m" ->
          Finding.missing(
              AREA,
              feature.name(),
              "made as a module (" + feature.option() + "=m) that is not installed here",
              feature.cost(),
              "install the modules of this kernel, or load it on the host: modprobe "
                  + feature.module());
      default ->
          Finding.missing(
              AREA,
              feature.name(),
              "this kernel is built without " + feature.option(),
              feature.cost(),
              "use a kernel with " + feature.option());
    };
  }

  /** Lines look like {@code kernel/drivers/net/vxlan/vxlan.ko.xz: …}. */
  private static boolean isListed(Optional<String> modules, Feature feature) {
    String file = "/" + feature.module() + ".ko";
    return !feature.module().isEmpty()
        && modules.stream()
            .flatMap(String::lines)
            .map(line -> line.split(":", 2)[0])
            .anyMatch(line -> line.contains(file));
  }

  private static Finding cgroup(Machine machine) {
    if (machine.exists("/sys/fs/cgroup/cgroup.controllers")) {
      return Finding.ok(AREA, "cgroup-v2", "mounted on /sys/fs/cgroup");
    }
    if (machine.exists("/sys/fs/cgroup/unified/cgroup.controllers")) {
      return Finding.ok(AREA, "cgroup-v2", "mounted on /sys/fs/cgroup/unified, beside v1");
    }
    return Finding.missing(
        AREA,
        "cgroup-v2",
        "not mounted on /sys/fs/cgroup",
        "no VIPs in the socket layer: its programs are attached to a cgroup",
        "boot with systemd.unified_cgroup_hierarchy=1");
  }

  private static Finding typeInformation(Machine machine) {
    Optional<String> refused = machine.text("/proc/sys/kernel/unprivileged_bpf_disabled");
    String forOthers =
        refused
            .map(value -> value.equals("0") ? ", also for plain users" : ", for root")
            .orElse("");
    if (machine.exists("/sys/kernel/btf/vmlinux")) {
      return Finding.ok(AREA, "bpf", "with type information" + forOthers);
    }
    if (refused.isPresent()) {
      return Finding.ok(AREA, "bpf", "without type information" + forOthers);
    }
    return Finding.notProbed(AREA, "bpf", "nothing readable tells; root could try");
  }
}
