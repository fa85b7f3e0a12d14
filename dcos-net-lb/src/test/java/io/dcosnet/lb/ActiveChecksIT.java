// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.running;
import static io.dcosnet.lb.vip.VipTasks.task;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.check.CheckRules;
import io.dcosnet.lb.vip.VipChange;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three load balancers that try two real servers over HTTP, one of which goes bad. */
@Timeout(60)
class ActiveChecksIT {

  private static final Agent AGENT = Agent.at("A1", IpAddress.parse("127.0.0.1"));
  private static final CheckRules OFTEN =
      new CheckRules(3, Duration.ofMillis(50), Duration.ofMillis(50), 2, 3);

  private final NetRuntime net = NetRuntime.create();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final LocalStore store = LocalStore.of(new NodeId(new UUID(0, 1)));
  private final List<ServerSocket> servers = new ArrayList<>();

  @AfterEach
  void closeAll() throws IOException {
    net.close();
    for (ServerSocket server : servers) {
      server.close();
    }
  }

  @Test
  void drainsAServerThatGoesBadAndBringsItBackWhenItRecovers() throws Exception {
    List<VipLoadBalancer> balancers = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      balancers.add(
          VipLoadBalancer.builder(net)
              .cluster(tasks)
              .store(store.forNode(new NodeId(new UUID(0, i))))
              .checks(OFTEN)
              .dataPath(DataPaths.memory())
              .build());
    }
    net.startAll(balancers.toArray(VipLoadBalancer[]::new));
    AtomicInteger status = new AtomicInteger(200);
    tasks.put(MARATHON);
    tasks.put(AGENT);
    AtomicInteger soundStatus = new AtomicInteger(204);
    int sound = serve(soundStatus);
    int failing = serve(status);
    run("sound", sound);
    run("failing", failing);
    balancers.forEach(vips -> await().until(() -> states(vips).size() == 2));

    status.set(503);
    for (VipLoadBalancer vips : balancers) {
      await().until(() -> states(vips).contains(failing + " " + Backend.State.DRAINING + " 0"));
      assertThat(states(vips)).contains(sound + " " + Backend.State.UP + " 1");
    }
    VipKey key = VipKey.named(Protocol.TCP, "web.marathon", 80);
    assertThat(balancers.get(0).changes(key).toCompletableFuture().join())
        .extracting(VipChange::why)
        .contains("checks found another state");

    soundStatus.set(500); // with both out nobody would be served
    for (VipLoadBalancer vips : balancers) {
      await().until(() -> states(vips).stream().allMatch(state -> state.endsWith(" UP 1")));
    }
    assertThat(balancers.get(0).inspect().explain(key).toCompletableFuture().join().advice())
        .anyMatch(advice -> advice.startsWith("checks are not heeded"));
    soundStatus.set(204);
    for (VipLoadBalancer vips : balancers) {
      await().until(() -> states(vips).contains(failing + " " + Backend.State.DRAINING + " 0"));
    }

    status.set(302);
    for (VipLoadBalancer vips : balancers) {
      await().until(() -> states(vips).contains(failing + " " + Backend.State.UP + " 1"));
    }
    await().until(() -> store.view("lb/checked/").isEmpty());
  }

  private void run(String name, int port) {
    Labels labels = Labels.NONE.with("VIP_0", "/web:80").with("VIP_CHECK_0", "http:/health");
    Discovery.Port at = new Discovery.Port(port, "", "tcp", labels);
    tasks.put(
        task(name)
            .discovery(new Discovery("", "FRAMEWORK", List.of(at), Labels.NONE))
            .status(running(null, "127.0.0.1"))
            .build());
  }

  private static List<String> states(VipLoadBalancer vips) {
    List<String> states = new ArrayList<>();
    vips.table()
        .services()
        .values()
        .forEach(
            service -> {
              for (Target target : service.targets()) {
                states.add(target.endpoint().port() + " " + target.state() + " " + target.weight());
              }
            });
    return states;
  }

  /** A server whose health is what the status says. */
  private int serve(AtomicInteger status) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    servers.add(server);
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                  if (client.getInputStream().read(new byte[4096]) > 0) {
                    String answer = "HTTP/1.1 " + status.get() + " as it is\r\n\r\n";
                    client.getOutputStream().write(answer.getBytes(US_ASCII));
                  }
                } catch (IOException e) {
                  // the client had enough, or the server is closed
                }
              }
            },
            "server");
    thread.setDaemon(true);
    thread.start();
    return server.getLocalPort();
  }
}
