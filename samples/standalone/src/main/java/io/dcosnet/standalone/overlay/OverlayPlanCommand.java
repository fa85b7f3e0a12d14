// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Moment;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Step;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.ConfigCheck;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net overlay plan}: what agents get that register one after the other. */
@CommandLine.Command(
    name = "plan",
    description = {
      "Print what a number of agents get of the overlays of a configuration.",
      "The same file, number and seed give the same output. One JSON object."
    })
public final class OverlayPlanCommand implements Command {

  private static final long MOST_AGENTS = 1_000_000;

  /** RFC 3849: room for any number of agents, and in nobody's pool. */
  private static final IpAddress UNDERLAY = IpAddress.parse("2001:db8::");

  @Option(
      names = "--network",
      paramLabel = "FILE",
      description = "Network configuration, JSON with the field names of DC/OS.")
  @Nullable String network;

  @Option(names = "--agents", paramLabel = "N", description = "How many agents register.")
  @Nullable String agents;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Where the ids of the agents come from; 1 by default.")
  @Nullable String seed;

  @Override
  public int run(Arguments arguments, Console console) {
    Path file = arguments.requiredOrNull("--network", network, Arguments.file(), "a readable file");
    Supplier<Long> count =
        arguments.required(
            "--agents", agents, Arguments.numberFrom(1, MOST_AGENTS), "1-" + MOST_AGENTS);
    Long chance = arguments.<Long>optional("--seed", seed, Long::valueOf, "a number").get();
    Optional<NetworkConfig> config =
        file == null ? Optional.empty() : read(file, arguments, console);
    arguments.check();
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom")
            .create(Objects.requireNonNullElse(chance, 1L));
    console.json(plan(config.orElseThrow(), count.get(), random));
    return ExitCode.OK;
  }

  private static Optional<NetworkConfig> read(Path file, Arguments arguments, Console console) {
    try {
      ConfigCheck check = NetworkConfig.check(Bytes.copyOf(Files.readAllBytes(file)));
      check.problems().forEach(problem -> arguments.problem(file + ": " + problem));
      check.warnings().forEach(w -> console.err().println("dcos-net: " + file + ": " + w));
      return check.config();
    } catch (IOException e) {
      arguments.problem(file + ": cannot be read: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static ObjectNode plan(NetworkConfig config, long count, RandomGenerator random) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode agents = all.putArray("agents");
    ArrayNode refused = all.putArray("refused");
    AllocationState state = AllocationState.empty(config);
    for (long number = 1; number <= count; number++) {
      NodeId agent = NodeId.random(random);
      Step<Registration> step =
          Allocator.register(state, agent, UNDERLAY.plus(number), Wants.EVERYTHING, Moment.at(0));
      state = step.state();
      if (step.answer() instanceof Registration.Assigned assigned) {
        write(config, assigned.agent(), agents.addObject());
        write(agent, assigned.shortfalls(), refused);
      } else if (step.answer() instanceof Registration.Refused no) {
        write(agent, List.of(no.reason()), refused);
      }
    }
    return all;
  }

  private static void write(NetworkConfig config, AgentRecord record, ObjectNode row) {
    AgentAddresses addresses = AgentAddresses.of(config, record, Wants.EVERYTHING);
    row.put("agent", record.agent().toString());
    ObjectNode vtep = row.putObject("vtep");
    vtep.put("ip", addresses.vtep().ipText());
    vtep.put("ip6", addresses.vtep().ip6Text().orElse(null));
    vtep.put("mac", addresses.vtep().mac().toString());
    ArrayNode overlays = row.putArray("overlays");
    for (AgentAddresses.OverlayAddresses overlay : addresses.overlays()) {
      ObjectNode one = overlays.addObject();
      one.put("name", overlay.name());
      one.put("subnet", text(overlay.subnet()));
      one.put("subnet6", text(overlay.subnet6()));
      ArrayNode pools = one.putArray("pools");
      for (AgentAddresses.PoolRange pool : overlay.pools()) {
        ObjectNode range = pools.addObject();
        range.put("id", pool.id());
        range.put("bridge", pool.bridge());
        range.put("cidr", text(pool.cidr()));
        range.put("cidr6", text(pool.cidr6()));
      }
    }
  }

  private static void write(NodeId agent, List<Rejection> reasons, ArrayNode refused) {
    for (Rejection reason : reasons) {
      ObjectNode row = refused.addObject();
      row.put("agent", agent.toString());
      row.put("kind", reason.kind());
      row.put("subject", reason.subject());
      row.put("code", reason.code());
      row.put("detail", reason.detail());
    }
  }

  private static @Nullable String text(Optional<Cidr> cidr) {
    return cidr.map(Cidr::toString).orElse(null);
  }
}
