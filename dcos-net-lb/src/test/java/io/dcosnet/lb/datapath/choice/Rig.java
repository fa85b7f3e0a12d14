// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.datapath.Considered.Fate;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A machine with three kinds of paths to choose from, and what happens on it. */
final class Rig {

  static final Duration LINGER = Duration.ofSeconds(6);

  final VirtualTime time = new VirtualTime();
  final RecordingMetrics metrics = new RecordingMetrics();
  final List<String> log = new ArrayList<>();
  final Map<String, FakePath.Machine> machines = new HashMap<>();
  final Map<String, FakePath> newest = new HashMap<>();

  Rig() {
    List.of("socket", "nftables", "userspace")
        .forEach(name -> machines.put(name, new FakePath.Machine()));
  }

  ChosenDataPath choose(String... preferred) {
    return choose(true, preferred);
  }

  ChosenDataPath choose(boolean sole, String... preferred) {
    Map<String, Supplier<DataPath>> offers = new LinkedHashMap<>();
    for (String name : List.of("socket", "nftables", "userspace")) {
      offers.put(
          name,
          () -> {
            FakePath made = new FakePath(name, machine(name), log);
            newest.put(name, made);
            return made;
          });
    }
    return new ChosenDataPath(
        new ChoiceParts(offers, List.of(preferred), sole, LINGER, time, Runnable::run, metrics));
  }

  FakePath.Machine machine(String name) {
    return requireNonNull(machines.get(name));
  }

  /** The one of this kind that was made last. */
  FakePath path(String name) {
    return requireNonNull(newest.get(name), name);
  }

  static Map<String, Fate> fates(DataPath path) {
    Map<String, Fate> fates = new LinkedHashMap<>();
    path.considered().forEach(one -> fates.put(one.name(), one.fate()));
    return fates;
  }

  static String reason(DataPath path, String name) {
    return path.considered().stream()
        .filter(one -> one.name().equals(name))
        .map(Considered::reason)
        .findFirst()
        .orElseThrow();
  }

  static Frontend frontend(int number) {
    return new Frontend(Protocol.TCP, new HostPort(IpAddress.parse("11.0.0.0").plus(number), 80));
  }

  static VipTable table(int... numbers) {
    List<Service> services = new ArrayList<>();
    for (int number : numbers) {
      services.add(
          new Service(
              VipKey.named(Protocol.TCP, "web" + number, 80),
              frontend(number),
              List.of(VipTable.Target.up(HostPort.parse("192.0.2.7:31001"), 1))));
    }
    return VipTable.of(services);
  }

  /** The value of a stage that has ended. */
  static <T> T done(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    if (!future.isDone()) {
      throw new AssertionError("not done");
    }
    return future.join();
  }

  /** Why a stage failed that has ended. */
  static Throwable failure(CompletionStage<?> stage) {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    stage.whenComplete(
        (ok, thrown) ->
            failure.complete(thrown == null ? new AssertionError("done") : Together.cause(thrown)));
    return done(failure);
  }
}
