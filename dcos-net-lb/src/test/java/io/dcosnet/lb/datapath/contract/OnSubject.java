// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A new path for each test, and what all contracts do with it. */
abstract class OnSubject {

  private final Deque<AutoCloseable> kept = new ArrayDeque<>();
  private @Nullable PathSubject subject;

  /** For implementations of a contract: a new path that has nothing to serve yet. */
  protected abstract PathSubject newSubject() throws Exception;

  @BeforeEach
  final void begin() throws Exception {
    subject = newSubject();
  }

  @AfterEach
  final void end() throws Exception {
    while (!kept.isEmpty()) {
      kept.pop().close();
    }
    if (subject != null) {
      subject.close();
    }
  }

  final PathSubject subject() {
    return requireNonNull(subject);
  }

  final DataPath path() {
    return subject().path();
  }

  /** Is closed after the test, before the path. */
  final <T extends AutoCloseable> T keep(T closeable) {
    kept.push(closeable);
    return closeable;
  }

  /** Makes a table true, and waits for that. */
  final ApplyReport apply(Service... services) throws Exception {
    return done(path().apply(VipTable.of(List.of(services))));
  }

  /** Applies, and expects that all is served. */
  final ApplyReport serve(Service... services) throws Exception {
    ApplyReport report = apply(services);
    assertThat(report.services().values())
        .as("%s", report)
        .allMatch(outcome -> outcome.state() == State.SERVING);
    return report;
  }

  static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  final Service service(Protocol protocol, int number, Target... targets) {
    return service(protocol, number, options(), targets);
  }

  final Service service(Protocol protocol, int number, ServiceOptions options, Target... targets) {
    Frontend frontend = subject().frontend(protocol, number);
    return new Service(
        VipKey.named(protocol, "web" + number + ".marathon", frontend.endpoint().port()),
        frontend,
        options,
        Stream.of(targets).sorted(Comparator.comparing(Target::endpoint)).toList());
  }

  /** One that every path has in some form. */
  static ServiceOptions options() {
    return ServiceOptions.DEFAULTS.with(Policy.ROUND_ROBIN);
  }

  /** Where clients connect to. */
  static HostPort place(ApplyReport report, Service service) {
    return requireNonNull(
        requireNonNull(report.services().get(service.frontend()), "not in the report").client(),
        "not served");
  }
}
