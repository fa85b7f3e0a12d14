// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A load balancer in virtual time, with a small cluster, for tests of its HTTP interface. */
final class ApiRig {

  static final Agent OTHER = Agent.at("A2", IpAddress.parse("10.0.0.2"));

  final VirtualTime time = new VirtualTime();
  final ClusterPublisher tasks = ClusterPublisher.create();
  final LocalStore store = LocalStore.of(new NodeId(new UUID(0, 1)), time, new RecordingMetrics());
  final VipLoadBalancer vips;

  ApiRig() {
    this(new MemoryDataPath());
  }

  ApiRig(DataPath path) {
    NetRuntime net = NetRuntime.builder().scheduler(time).metrics(new RecordingMetrics()).build();
    vips =
        VipLoadBalancer.builder(net)
            .cluster(tasks)
            .store(store)
            .dataPath(DataPaths.of(path))
            .build();
    CompletableFuture<Void> start = vips.start().toCompletableFuture();
    time.runReady();
    assertThat(start).isCompleted();
    tasks.put(AGENT);
    tasks.put(OTHER);
    tasks.put(MARATHON);
    time.runReady();
  }

  Task run(String name, int port, String... labels) {
    Task task = onHost(name, AGENT, port, labels);
    tasks.put(task);
    settle();
    return task;
  }

  /** Longer than what a publisher waits for more changes. */
  void settle() {
    time.advance(Duration.ofMillis(200));
  }

  VipsApi vipsApi() {
    return vipsApi(time);
  }

  VipsApi vipsApi(Executor executor) {
    return new VipsApi(vips.inspect(), executor, time.time(), "");
  }

  LbApi lbApi() {
    return new LbApi(vips.inspect(), time, "");
  }

  /** Asks for a path with a query, both as they are after decoding. */
  HttpResponse get(HttpHandler api, String pathAndQuery, String... headers) {
    return ask(api, "GET", pathAndQuery, headers);
  }

  HttpResponse ask(HttpHandler api, String method, String pathAndQuery, String... headers) {
    int mark = pathAndQuery.indexOf('?');
    String path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
    Map<String, List<String>> query = new LinkedHashMap<>();
    if (mark >= 0) {
      for (String pair : pathAndQuery.substring(mark + 1).split("&", -1)) {
        query.put(
            pair.substring(0, pair.indexOf('=')), List.of(pair.substring(pair.indexOf('=') + 1)));
      }
    }
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], List.of(headers[i + 1]));
    }
    CompletableFuture<HttpResponse> answer =
        api.handle(new HttpRequest(method, path, query, all, Bytes.EMPTY, "local"))
            .toCompletableFuture();
    time.runReady();
    assertThat(answer).isCompleted();
    return answer.join();
  }
}
