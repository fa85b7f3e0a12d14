// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A Mesos master as far as its event stream goes: the first subscriber gets a whole state of so
 * many tasks, and then the events that are told. <b>Confined to</b> one thread, beside its own.
 */
final class OperatorStream implements AutoCloseable {

  private static final int AGENTS = 1000;

  private final ServerSocket server;
  private final byte[] state;
  private final BlockingQueue<OutputStream> subscribers = new ArrayBlockingQueue<>(16);
  private volatile boolean closed;
  private OutputStream subscriber;

  OperatorStream(int taskCount) throws IOException {
    server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    state = subscribed(taskCount).getBytes(UTF_8);
    Thread acceptor = new Thread(this::accept, "benchmark-master");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private void accept() {
    while (!closed) {
      try {
        serve(server.accept());
      } catch (IOException e) {
        if (!closed) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private void serve(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    if (requestLine(socket.getInputStream()).contains("/api/v1")) {
      out.write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
              .getBytes(US_ASCII));
      record(out, state);
      subscribers.add(out);
    } else {
      out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
      out.flush();
    }
  }

  private static String requestLine(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      if (octet < 0) {
        break;
      }
      head.append((char) octet);
    }
    return head.substring(0, head.indexOf("\r\n"));
  }

  private static void record(OutputStream out, byte[] json) throws IOException {
    byte[] length = (json.length + "\n").getBytes(US_ASCII);
    out.write((Integer.toHexString(length.length + json.length) + "\r\n").getBytes(US_ASCII));
    out.write(length);
    out.write(json);
    out.write("\r\n".getBytes(US_ASCII));
    out.flush();
  }

  /** Tells that the first task has another container address. */
  void moved(int address, long second) throws IOException, InterruptedException {
    if (subscriber == null) {
      subscriber = subscribers.take();
    }
    String status =
        "{\"task_id\":{\"value\":\"web-0.0\"},\"state\":\"TASK_RUNNING\",\"timestamp\":"
            + second
            + ".5,\"container_status\":{\"network_infos\":[{\"ip_addresses\":[{\"ip_address\":\""
            + ip(address)
            + "\"}]}]}}";
    record(
        subscriber,
        ("{\"type\":\"TASK_UPDATED\",\"task_updated\":{\"framework_id\":{\"value\":\"F1\"},"
                + "\"state\":\"TASK_RUNNING\",\"status\":"
                + status
                + "}}")
            .getBytes(UTF_8));
  }

  static String ip(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xff)
        + "."
        + (address >>> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  private static String subscribed(int taskCount) {
    StringBuilder json =
        new StringBuilder(
            "{\"type\":\"SUBSCRIBED\",\"subscribed\":{\"heartbeat_interval_seconds\":3600,"
                + "\"get_state\":{\"get_frameworks\":{\"frameworks\":[{\"framework_info\":"
                + "{\"name\":\"marathon\",\"id\":{\"value\":\"F1\"}}}]},\"get_agents\":{\"agents\":[");
    for (int i = 0; i < AGENTS; i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"agent_info\":{\"hostname\":\"10.1.0.1\",\"id\":{\"value\":\"x-S")
          .append(i)
          .append("\"}},\"pid\":\"slave(1)@")
          .append(ip(0x0a010000 + i))
          .append(":5051\"}");
    }
    json.append("]},\"get_tasks\":{\"tasks\":[");
    for (int i = 0; i < taskCount; i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"name\":\"web-")
          .append(i / 10)
          .append("\",\"task_id\":{\"value\":\"web-")
          .append(i / 10)
          .append('.')
          .append(i)
          .append("\"},\"framework_id\":{\"value\":\"F1\"},\"agent_id\":{\"value\":\"x-S")
          .append(i % AGENTS)
          .append("\"},\"state\":\"TASK_RUNNING\",\"statuses\":[{\"state\":\"TASK_RUNNING\",")
          .append("\"timestamp\":1500000000.5,\"container_status\":{\"network_infos\":")
          .append("[{\"ip_addresses\":[{\"ip_address\":\"")
          .append(ip(0x09000000 + i))
          .append("\"}]}]}}]}");
    }
    return json.append("]}}}}").toString();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
  }
}
