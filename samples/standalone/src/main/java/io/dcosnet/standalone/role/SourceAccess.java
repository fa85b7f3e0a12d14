// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.auth.Authorization;
import io.dcosnet.sources.auth.BasicAuthorization;
import io.dcosnet.sources.auth.ServiceAccount;
import io.dcosnet.sources.auth.ServiceAccountKey;
import io.dcosnet.sources.auth.TlsFiles;
import io.dcosnet.standalone.config.SourcesConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a node shows to masters and agents, and whom of them it trusts; read from the files of the
 * configuration once. <b>Thread-safe.</b>
 *
 * @param authorization null for nothing
 * @param tls null for what the JVM trusts
 */
record SourceAccess(@Nullable Authorization authorization, @Nullable SSLContext tls) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the files; opens nothing.
   *
   * @throws ConfigurationException that lists all problems, without any secret
   */
  static SourceAccess of(SourcesConfig config, NetRuntime net) {
    List<String> problems = new ArrayList<>();
    SSLContext tls = tls(config.tls(), problems);
    Authorization authorization = authorization(config, tls, net, problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new SourceAccess(authorization, tls);
  }

  private static @Nullable SSLContext tls(SourcesConfig.Tls files, List<String> problems) {
    if (files.authorities() == null && files.certificate() == null) {
      return null;
    }
    try {
      return TlsFiles.client(files.authorities(), files.certificate(), files.key());
    } catch (DcosNetException e) {
      problems.add("sources." + e.getMessage());
      return null;
    }
  }

  private static @Nullable Authorization authorization(
      SourcesConfig config, @Nullable SSLContext tls, NetRuntime net, List<String> problems) {
    Path basic = config.basicFile();
    if (basic != null) {
      return basic(basic, problems);
    }
    Path account = config.iamFile();
    return account == null ? null : account(account, tls, net, problems);
  }

  private static @Nullable Authorization basic(Path file, List<String> problems) {
    String at = "sources.authentication.basicFile: " + file;
    try {
      JsonNode content = JSON.readTree(Files.readString(file));
      String principal = content.path("principal").asText();
      JsonNode secret = content.path("secret");
      if (!principal.isEmpty() && secret.isTextual()) {
        return BasicAuthorization.of(principal, secret.textValue());
      }
      problems.add(at + " (expected: JSON with principal and secret)");
    } catch (IOException e) {
      // Its message may repeat what stands in the file.
      problems.add(at + " (expected: JSON with principal and secret)");
    } catch (IllegalArgumentException e) {
      problems.add(at + ": " + e.getMessage());
    }
    return null;
  }

  private static @Nullable Authorization account(
      Path file, @Nullable SSLContext tls, NetRuntime net, List<String> problems) {
    try {
      ServiceAccountKey key = ServiceAccountKey.read(file);
      return tls == null
          ? ServiceAccount.of(key, net.time(), net.executor())
          : ServiceAccount.of(key, net.time(), net.executor(), tls);
    } catch (ConfigurationException e) {
      e.problems()
          .forEach(
              problem -> problems.add("sources.authentication.iamFile: " + file + ": " + problem));
      return null;
    }
  }
}
