// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentAddresses.OverlayAddresses;
import io.dcosnet.overlay.allocate.AgentAddresses.PoolRange;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Moment;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Step;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration would give to so many agents: the real allocator, without a store.
 *
 * <p>Agents are called {@code agent-1}, {@code agent-2} and so on, and register one after the
 * other: in the order of their numbers with seed 0, in an order that only depends on the seed with
 * any other. Equal arguments give equal plans.
 *
 * <p><b>Immutable.</b>
 */
public final class OverlayPlan {

  /** As many agents as one plan may have. */
  public static final int MAX_AGENTS = 1_000_000;

  /** What one agent would get. <b>Immutable.</b> */
  public record Planned(String agent, AgentAddresses addresses) {}

  /**
   * What one agent would not get. <b>Immutable.</b>
   *
   * @param overlay which it would lack; empty when it could not register at all
   */
  public record Refused(String agent, Optional<String> overlay, Rejection reason) {}

  private final List<Planned> agents;
  private final List<Refused> refused;

  private OverlayPlan(List<Planned> agents, List<Refused> refused) {
    this.agents = List.copyOf(agents);
    this.refused = List.copyOf(refused);
  }

  /**
   * Makes a plan.
   *
   * @param count how many agents register, 0-{@value #MAX_AGENTS}
   * @param seed decides about the order in which they do
   */
  public static OverlayPlan of(NetworkConfig config, int count, long seed) {
    requireNonNull(config, "config");
    if (count < 0 || count > MAX_AGENTS) {
      throw new IllegalArgumentException("agents: " + count + " (expected: 0-" + MAX_AGENTS + ")");
    }
    List<Planned> agents = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    AllocationState state = AllocationState.empty(config);
    IpAddress underlay = underlay(config);
    for (int number : order(count, seed)) {
      String name = "agent-" + number;
      Step<Registration> step =
          Allocator.register(
              state,
              new NodeId(new UUID(0, number)),
              underlay.plus(number),
              Wants.EVERYTHING,
              Moment.at(0));
      state = step.state();
      if (step.answer() instanceof Registration.Assigned assigned) {
        agents.add(
            new Planned(name, AgentAddresses.of(config, assigned.agent(), Wants.EVERYTHING)));
        assigned
            .shortfalls()
            .forEach(fall -> refused.add(new Refused(name, Optional.of(fall.subject()), fall)));
      } else if (step.answer() instanceof Registration.Refused no) {
        refused.add(new Refused(name, Optional.empty(), no.reason()));
      }
    }
    return new OverlayPlan(agents, refused);
  }

  private static List<Integer> order(int count, long seed) {
    Comparator<Integer> order =
        seed == 0
            ? Comparator.naturalOrder()
            : Comparator.<Integer>comparingLong(number -> mixed(seed, number))
                .thenComparing(Comparator.naturalOrder());
    return IntStream.rangeClosed(1, count).boxed().sorted(order).toList();
  }

  /** SplitMix64; written out, since the generators of the JDK may change from one to the next. */
  private static long mixed(long seed, int number) {
    long z = seed + number * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** First address of a network that no pool touches, with room for all agents. */
  private static IpAddress underlay(NetworkConfig config) {
    List<Cidr> pools = new ArrayList<>(config.vtepSubnet6().stream().toList());
    config.overlays().forEach(o -> o.ipv6().map(OverlayConfig.Space::subnet).ifPresent(pools::add));
    Cidr place = Cidr.parse("2001:db8::/64");
    while (!place.first().isMulticast()) {
      Cidr here = place;
      Optional<Cidr> inTheWay = pools.stream().filter(here::overlaps).findFirst();
      if (inTheWay.isEmpty()) {
        return place.first();
      }
      place = Cidr.containing(inTheWay.get().last(), 64).next().orElseThrow();
    }
    throw new IllegalArgumentException("overlays: all of IPv6 (expected: room for the agents)");
  }

  /** Those that could register, in the order in which they did. */
  public List<Planned> agents() {
    return agents;
  }

  /** What could not be given, in the order in which it was asked for. */
  public List<Refused> refused() {
    return refused;
  }

  /**
   * As JSON: {@code {"agents":[{"agent","vtep":{"ip","ip6","mac"},"overlays":[{"name","subnet",
   * "subnet6","pools":[{"id","bridge","cidr","cidr6"}]}]}],"refused":[{"agent","overlay","code",
   * "reason"}]}}; what there is not, is null.
   */
  public String toJson() {
    StringWriter text = new StringWriter();
    try {
      writeJson(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter has none
    }
    return text.toString();
  }

  /**
   * Writes {@link #toJson} piece by piece, one agent a line, for plans that are large.
   *
   * @param out neither flushed nor closed
   * @throws IOException of {@code out}
   */
  public void writeJson(Writer out) throws IOException {
    JsonGenerator json = new JsonFactory().createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    json.writeStartObject();
    json.writeArrayFieldStart("agents");
    for (Planned planned : agents) {
      json.writeRaw('\n');
      agent(json, planned);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("refused");
    for (Refused no : refused) {
      json.writeRaw('\n');
      json.writeStartObject();
      json.writeStringField("agent", no.agent());
      field(json, "overlay", no.overlay());
      json.writeStringField("code", no.reason().code());
      json.writeStringField("reason", no.reason().detail());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.close();
  }

  private static void agent(JsonGenerator json, Planned planned) throws IOException {
    AgentAddresses.Vtep vtep = planned.addresses().vtep();
    json.writeStartObject();
    json.writeStringField("agent", planned.agent());
    json.writeObjectFieldStart("vtep");
    json.writeStringField("ip", vtep.ipText());
    field(json, "ip6", vtep.ip6Text());
    json.writeStringField("mac", vtep.mac().toString());
    json.writeEndObject();
    json.writeArrayFieldStart("overlays");
    for (OverlayAddresses overlay : planned.addresses().overlays()) {
      json.writeStartObject();
      json.writeStringField("name", overlay.name());
      field(json, "subnet", overlay.subnet());
      field(json, "subnet6", overlay.subnet6());
      json.writeArrayFieldStart("pools");
      for (PoolRange pool : overlay.pools()) {
        json.writeStartObject();
        json.writeStringField("id", pool.id());
        json.writeStringField("bridge", pool.bridge());
        field(json, "cidr", pool.cidr());
        field(json, "cidr6", pool.cidr6());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void field(JsonGenerator json, String name, Optional<?> value) throws IOException {
    @Nullable String text = value.map(Object::toString).orElse(null);
    json.writeStringField(name, text);
  }
}
