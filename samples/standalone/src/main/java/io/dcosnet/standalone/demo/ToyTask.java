// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.LifecycleGroup;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.netty.http.HttpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A running task: a web server on each of its ports that says which task answered.
 *
 * <p><b>Confined to</b> the thread of its scheduler.
 */
final class ToyTask implements AutoCloseable {

  private final String id;
  private final ToyApp app;
  private final DemoAgent agent;
  private final List<HttpServer> servers = new ArrayList<>();
  private final Lifecycle group;

  private ToyTask(String id, ToyApp app, DemoAgent agent) {
    this.id = id;
    this.app = app;
    this.agent = agent;
    HttpHandler answer = request -> CompletableFuture.completedStage(answer(request.path()));
    for (ToyApp.Port port : app.ports()) {
      servers.add(
          HttpServer.builder(agent.net())
              .name(app.name() + "-" + port.name())
              .listen(new HostPort(agent.address(), 0))
              .mount("/", answer)
              .build());
    }
    group = LifecycleGroup.of(servers.toArray(Lifecycle[]::new));
  }

  /** Starts a task on free ports of the agent and waits until it answers. */
  static ToyTask start(String id, ToyApp app, DemoAgent agent) {
    ToyTask task = new ToyTask(id, app, agent);
    task.group.start().toCompletableFuture().join();
    return task;
  }

  private HttpResponse answer(String path) {
    return HttpResponse.text(200, "task=" + id + " agent=" + agent.name() + " path=" + path + "\n");
  }

  String id() {
    return id;
  }

  ToyApp app() {
    return app;
  }

  DemoAgent agent() {
    return agent;
  }

  /** Where the n-th port of the app is served. */
  HostPort endpoint(int port) {
    return servers.get(port).localAddress();
  }

  /** The task as its scheduler tells it to the world. */
  Task describe(String frameworkId) {
    List<Integer> ports = servers.stream().map(server -> server.localAddress().port()).toList();
    return describe(id, app, agent.id(), agent.address(), ports, frameworkId);
  }

  /**
   * A task that may run in another process.
   *
   * @param numbers where its ports are served, in the order of the app's
   */
  static Task describe(
      String id,
      ToyApp app,
      String agentId,
      IpAddress address,
      List<Integer> numbers,
      String frameworkId) {
    NetworkInfo network = new NetworkInfo("", List.of(address), List.of(), Labels.NONE);
    TaskStatus running = new TaskStatus(TaskState.RUNNING, 1, null, List.of(network), Labels.NONE);
    List<Discovery.Port> ports = new ArrayList<>();
    Task.Builder task = Task.named(app.name()).id(id).framework(frameworkId);
    for (int i = 0; i < numbers.size(); i++) {
      ToyApp.Port port = app.ports().get(i);
      int number = numbers.get(i);
      Labels labels = port.vip().isEmpty() ? Labels.NONE : Labels.of(Map.of("VIP_0", port.vip()));
      ports.add(new Discovery.Port(number, port.name(), "tcp", labels));
      task.ports(number, number);
    }
    return task.runningOn(agentId)
        .status(running)
        .discovery(new Discovery(app.name(), "FRAMEWORK", ports, Labels.NONE))
        .build();
  }

  @Override
  public void close() {
    group.close();
  }
}
