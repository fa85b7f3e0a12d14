// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.records.dcos.DcosZone;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.mesos.MesosSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From the event that a master sends until a client on the same node gets the new answer, all over
 * real sockets: event stream, both generated zones, DNS over UDP. The goal is 250 ms at the 99th
 * percentile.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 5)
@Fork(1)
public class EventToAnswerBenchmark {

  @Param({"1000", "50000"})
  int taskCount;

  private OperatorStream master;
  private NetRuntime net;
  private DatagramSocket client;
  private InetSocketAddress server;
  private byte[] query;
  private int address = 0x0c000000;
  private long second = 1_500_000_001;

  @Setup
  public void start() throws Exception {
    master = new OperatorStream(taskCount);
    net = NetRuntime.create();
    MesosSource source =
        MesosSource.builder(net.scheduler(), net.executor(), net.random())
            .master(master.uri())
            .build();
    MesosZone mesos = MesosZone.of(source);
    DnsServer dns =
        DnsServer.builder(net)
            .listen(HostPort.parse("127.0.0.1:0"))
            .zone(mesos)
            .zone(DcosZone.of(source))
            .build();
    net.startAll(source, dns);
    client = new DatagramSocket();
    client.setSoTimeout(2000);
    HostPort at = dns.localAddress();
    server = new InetSocketAddress(InetAddress.getByName(at.address().toString()), at.port());
    query = query("web-0.marathon.mesos");
    while (mesos.snapshot() == null) {
      Thread.onSpinWait();
    }
  }

  @TearDown
  public void stop() throws IOException {
    client.close();
    net.close();
    master.close();
  }

  /** Sends an event and asks until its address is among the answers. */
  @Benchmark
  public int untilAnswered() throws Exception {
    int next = address++;
    master.moved(next, second++);
    byte[] buffer = new byte[1500];
    int asked = 0;
    while (true) {
      asked++;
      client.send(new DatagramPacket(query, query.length, server));
      DatagramPacket answer = new DatagramPacket(buffer, buffer.length);
      client.receive(answer);
      if (holds(buffer, answer.getLength(), next)) {
        return asked;
      }
    }
  }

  /** Looks at the data of each A record behind the question. */
  private boolean holds(byte[] message, int length, int wanted) {
    ByteBuffer octets = ByteBuffer.wrap(message, 0, length);
    int record = query.length;
    for (int left = octets.getShort(6); left > 0; left--) {
      if (octets.getInt(record + 12) == wanted) {
        return true;
      }
      record += 16;
    }
    return false;
  }

  private static byte[] query(String name) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(new byte[] {0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    for (String label : name.split("\\.")) {
      message.write(label.length());
      message.write(label.getBytes(StandardCharsets.US_ASCII));
    }
    message.write(new byte[] {0, 0, 1, 0, 1});
    return message.toByteArray();
  }
}
