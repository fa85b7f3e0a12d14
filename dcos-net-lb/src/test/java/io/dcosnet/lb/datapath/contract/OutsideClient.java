// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.testkit.Required;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client of {@link NamedServer}s that is a process of its own, outside the control group of the
 * test and in the network namespace of the thread that starts it: one connection after the other.
 *
 * <p><b>Thread-safe.</b>
 */
@SuppressWarnings("try") // an interrupted test has failed
public final class OutsideClient implements AutoCloseable {

  private static final String SCRIPT =
      """
      import socket, sys, time
      sys.stdin.readline()
      while True:
        try:
          s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
          s.settimeout(5)
          s.sendall(b'?\\n')
          print(s.makefile().readline().strip() or 'failed: closed', flush=True)
          s.close()
        except OSError as e:
          print('failed:', e, flush=True)
        time.sleep(0.002)
      """;

  private final Process process;
  private final Thread reader;
  private final AtomicInteger answered = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  private OutsideClient(Process process) {
    this.process = process;
    reader = new Thread(this::read, "answers of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Begins at once, with a server for which this process has no program of its own. */
  public static OutsideClient start(OwnGroup group, HostPort vip) throws IOException {
    Required.program("python3", "python3");
    Process process =
        new ProcessBuilder(
                List.of(
                    "python3",
                    "-c",
                    SCRIPT,
                    vip.address().toString(),
                    Integer.toString(vip.port())))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    group.expel(process.toHandle());
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return new OutsideClient(process);
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("failed")) {
          failures.add(line);
        } else {
          answered.incrementAndGet();
        }
      }
    } catch (IOException e) {
      // killed with the test
    }
  }

  /** Answers that it had so far. */
  public int answered() {
    return answered.get();
  }

  /** What was not answered, and how it ended. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
    reader.join();
  }
}
