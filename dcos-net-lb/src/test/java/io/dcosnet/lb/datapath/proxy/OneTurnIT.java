// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.Transport;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an event loop hears in one turn about connections that end and others that begin is not
 * mixed up: the kernel gives the numbers of the ones to the others.
 */
@Timeout(120)
class OneTurnIT {

  private static final int ROUNDS = 20;
  private static final int CONNECTIONS = 24;

  /** Gives back what it gets, and tells of each connection. */
  private static BackendServer echo(Queue<Socket> connections) throws IOException {
    return new BackendServer(
        socket -> {
          connections.add(socket);
          socket.getInputStream().transferTo(socket.getOutputStream());
        });
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void connectionsThatBeginAreNotTakenForThoseThatEnd(Transport transport) throws Exception {
    Queue<Socket> atBackend = new ConcurrentLinkedQueue<>();
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder(), 1);
        BackendServer echo = echo(atBackend)) {
      Target target = Target.up(echo.address(), 1);
      HostPort place =
          rig.serve(ProxyRig.service(1, ProxyRig.freePort(), ServiceOptions.DEFAULTS, target));
      List<Socket> open = connect(place);
      for (Socket socket : open) {
        ask(socket);
      }
      for (int i = 0; i < ROUNDS; i++) {
        CountDownLatch goOn = stopLoop(rig);
        // In this order the loop hears of it: half of the ends, new ones, the rest of the ends.
        List<Socket> ended = new ArrayList<>(atBackend);
        atBackend.clear();
        resetAll(i % 2 == 0 ? open : ended);
        List<Socket> begun = connect(place);
        resetAll(i % 2 == 0 ? ended : open);
        goOn.countDown();
        for (Socket socket : begun) {
          ask(socket);
        }
        open = begun;
      }
      resetAll(open);
    }
  }

  /** The request of a client must not be lost with a back end that never got it. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void whatABackEndDidNotTakeGoesToTheNextOne(Transport transport) throws Exception {
    Queue<Socket> taken = new ConcurrentLinkedQueue<>();
    CountDownLatch over = new CountDownLatch(1);
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder(), 1);
        BackendServer echo = BackendServer.echo();
        BackendServer silent =
            new BackendServer(
                socket -> {
                  taken.add(socket);
                  try {
                    over.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                })) {
      int port = ProxyRig.freePort();
      Target first = Target.up(silent.address(), 1);
      for (int i = 0; i < ROUNDS; i++) {
        HostPort place = rig.serve(ProxyRig.service(1, port, ServiceOptions.DEFAULTS, first));
        List<Socket> clients = connect(place);
        await().until(() -> taken.size() == CONNECTIONS);
        Target retired = Target.up(silent.address(), 0);
        Target next = Target.up(echo.address(), 1);
        rig.serve(ProxyRig.service(1, port, ServiceOptions.DEFAULTS, retired, next));
        CountDownLatch goOn = stopLoop(rig);
        for (Socket client : clients) {
          client.getOutputStream().write('?');
        }
        resetAll(List.copyOf(taken));
        taken.clear();
        goOn.countDown();
        for (Socket client : clients) {
          assertThat(client.getInputStream().read()).isEqualTo('?');
        }
        resetAll(clients);
      }
    } finally {
      over.countDown();
    }
  }

  /** Passing on the end of one that is gone must not cost others what the loop heard of them. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void aClientThatEndsTogetherWithItsBackEndDisturbsNoOther(Transport transport) throws Exception {
    Queue<Socket> atBackend = new ConcurrentLinkedQueue<>();
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder(), 1);
        BackendServer echo = echo(atBackend)) {
      Target target = Target.up(echo.address(), 1);
      HostPort place =
          rig.serve(ProxyRig.service(1, ProxyRig.freePort(), ServiceOptions.DEFAULTS, target));
      for (int i = 0; i < ROUNDS; i++) {
        List<Socket> ending = new ArrayList<>();
        List<Socket> staying = new ArrayList<>();
        atBackend.clear();
        for (int k = 0; k < CONNECTIONS; k++) {
          Socket client = ProxyRig.connect(place);
          ask(client);
          ending.add(client);
        }
        List<Socket> gone = List.copyOf(atBackend);
        for (int k = 0; k < CONNECTIONS; k++) {
          Socket client = ProxyRig.connect(place);
          ask(client);
          staying.add(client);
        }
        CountDownLatch goOn = stopLoop(rig);
        for (int k = 0; k < CONNECTIONS; k++) {
          ending.get(k).shutdownOutput();
          staying.get(k).getOutputStream().write('?');
        }
        resetAll(gone);
        goOn.countDown();
        for (Socket client : staying) {
          assertThat(client.getInputStream().read()).isEqualTo('?');
        }
        for (Socket client : ending) {
          assertEnded(client);
        }
        resetAll(staying);
        resetAll(ending);
      }
      await().until(() -> rig.path.activeConnections() == 0);
    }
  }

  private static void assertEnded(Socket client) throws IOException {
    try {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException e) {
      // a reset is an end too
    }
  }

  /** The only event loop does nothing until it is told to go on. */
  static CountDownLatch stopLoop(ProxyRig rig) throws InterruptedException {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch waits = new CountDownLatch(1);
    rig.net
        .eventLoops()
        .next()
        .execute(
            () -> {
              waits.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    waits.await();
    return goOn;
  }

  private static List<Socket> connect(HostPort place) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      sockets.add(ProxyRig.connect(place));
    }
    return sockets;
  }

  private static void ask(Socket socket) throws IOException {
    socket.getOutputStream().write('?');
    assertThat(socket.getInputStream().read()).isEqualTo('?');
  }

  private static void resetAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
