// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.testkit.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks the real HAProxy what it thinks of a configuration. */
final class HaproxyCheck {

  private HaproxyCheck() {}

  /** What it complains about, empty when it takes the configuration. */
  static String complaints(HaproxyConfig config, Path folder) {
    try {
      Path file = write(config, folder);
      Process process =
          new ProcessBuilder("haproxy", "-c", "-f", file.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      int code = process.waitFor();
      return code == 0 && !said.contains("WARNING") ? "" : said + "exit " + code;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("haproxy -c", e);
    }
  }

  /** Writes a configuration with its files and returns the place of the text. */
  static Path write(HaproxyConfig config, Path folder) throws IOException {
    for (var file : config.files().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    return Files.writeString(folder.resolve("haproxy.cfg"), config.text());
  }

  /** A certificate with its key in one file. */
  static Path pem(Path folder, String name) throws IOException {
    TestCertificate made = TestCertificate.make(folder, name);
    return Files.writeString(
        folder.resolve(name + ".pem"),
        Files.readString(made.chain()) + Files.readString(made.key()));
  }
}
