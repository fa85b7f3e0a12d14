// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.net.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request on a connection of its own, as {@code curl} makes it. <b>Immutable.</b> */
record WebRequest(HostPort to) {

  private static final Pattern TASK = Pattern.compile("^task=(\\S+) ");
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The id of the task that answered; empty when none did. */
  Optional<String> answeringTask() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + to + "/").toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout((int) PATIENCE.toMillis());
      connection.setReadTimeout((int) PATIENCE.toMillis());
      connection.setRequestProperty("Connection", "close"); // so that the next one is balanced anew
      try (InputStream body = connection.getInputStream()) {
        Matcher task = TASK.matcher(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        return task.find() ? Optional.of(task.group(1)) : Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
