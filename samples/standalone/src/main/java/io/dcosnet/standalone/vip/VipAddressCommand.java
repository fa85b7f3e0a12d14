// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.vip;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.NameHash;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.lb.vip.VipText;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dcos-net vip address}: which addresses a cluster gives to VIP names. */
@CommandLine.Command(
    name = "address",
    description = {
      "Print the address that each VIP name gets in a cluster with just these names.",
      "One JSON object: name to {\"v4\": …, \"v6\": …}; null where a range is full."
    })
public final class VipAddressCommand implements Command {

  @Option(names = "--min", paramLabel = "IP", description = "First IPv4 address of the range.")
  @Nullable String min;

  @Option(names = "--max", paramLabel = "IP", description = "Last IPv4 address of the range.")
  @Nullable String max;

  @Option(names = "--min6", paramLabel = "IP", description = "First IPv6 address of the range.")
  @Nullable String min6;

  @Option(names = "--max6", paramLabel = "IP", description = "Last IPv6 address of the range.")
  @Nullable String max6;

  @Parameters(
      paramLabel = "NAME",
      description = "As in the VIP label, a dot, and the framework: web.marathon")
  List<String> names = List.of();

  @Override
  public int run(Arguments arguments, Console console) {
    AddressRange ipv4 = range(arguments, "min", min, "max", max, VipAddresses.DEFAULT_IPV4);
    AddressRange ipv6 = range(arguments, "min6", min6, "max6", max6, VipAddresses.DEFAULT_IPV6);
    Map<String, String> canonical = canonical(arguments);
    arguments.check();
    SortedMap<String, VipAddresses.Assigned> assigned =
        new VipAddresses(ipv4, ipv6, NameHash.DCOS).assign(canonical.values());
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    canonical.forEach(
        (given, name) -> {
          VipAddresses.@Nullable Assigned addresses = assigned.get(name);
          ObjectNode row = all.putObject(given);
          row.put("v4", addresses == null ? null : text(addresses.ipv4()));
          row.put("v6", addresses == null ? null : text(addresses.ipv6()));
        });
    console.json(all);
    return ExitCode.OK;
  }

  private static @Nullable String text(@Nullable IpAddress address) {
    return address == null ? null : address.toString();
  }

  /** What the user wrote, with the name that it stands for. */
  private Map<String, String> canonical(Arguments arguments) {
    Map<String, String> canonical = new LinkedHashMap<>();
    if (names.isEmpty()) {
      arguments.problem("NAME: missing (expected: at least one, such as web.marathon)");
    }
    for (String given : names) {
      Optional<String> name =
          VipText.canonicalName(given).filter(text -> text.indexOf('.') > 0); // label.framework
      name.ifPresentOrElse(
          text -> canonical.put(given, text),
          () ->
              arguments.problem(
                  "NAME: " + given + " (expected: label and framework, such as web.marathon)"));
    }
    return canonical;
  }

  private static AddressRange range(
      Arguments arguments,
      String firstOption,
      @Nullable String first,
      String lastOption,
      @Nullable String last,
      AddressRange byDefault) {
    String family = byDefault.first().isIpv4() ? "an IPv4 address" : "an IPv6 address";
    IpAddress from = end(arguments, firstOption, first, byDefault.first(), family);
    IpAddress to = end(arguments, lastOption, last, byDefault.last(), family);
    if (from.compareTo(to) > 0) {
      arguments.problem(
          "--"
              + lastOption
              + ": "
              + to
              + " (expected: not before --"
              + firstOption
              + " "
              + from
              + ")");
      return byDefault;
    }
    return new AddressRange(from, to);
  }

  private static IpAddress end(
      Arguments arguments,
      String option,
      @Nullable String text,
      IpAddress byDefault,
      String family) {
    IpAddress given =
        arguments
            .<IpAddress>optional(
                "--" + option, text, address -> read(address, byDefault.isIpv4()), family)
            .get();
    return given == null ? byDefault : given;
  }

  private static IpAddress read(String text, boolean ipv4) {
    IpAddress address = IpAddress.parse(text);
    if (address.isIpv4() != ipv4) {
      throw new IllegalArgumentException(text);
    }
    return address;
  }
}
