// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.config.AdminConfig;
import io.dcosnet.standalone.config.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which node a question goes to; options of all commands that ask. */
final class AdminOptions {

  private static final URI DEFAULT_ADMIN = URI.create("http://" + AdminConfig.DEFAULT_LISTEN);

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description = "Admin server of the node; without: http://127.0.0.1:62080.")
  @Nullable String admin;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the token that the admin server wants.")
  @Nullable String tokenFile;

  @Option(names = "--json", description = "Print the data instead of text.")
  boolean json;

  /** Reads the options; to be asked after the arguments were checked. */
  Supplier<AdminClient> client(Arguments arguments) {
    Supplier<@Nullable URI> url =
        arguments.<URI>optional("--admin", admin, Kind::readUrl, "http://HOST:PORT");
    Supplier<@Nullable String> token =
        arguments.<String>optional(
            "--token-file", tokenFile, AdminOptions::token, "a readable file with one token");
    return () -> new AdminClient(Objects.requireNonNullElse(url.get(), DEFAULT_ADMIN), token.get());
  }

  private static String token(String file) {
    try {
      String token = Files.readString(Path.of(file)).strip();
      if (!token.matches("[!-~]+")) {
        throw new IllegalArgumentException(file);
      }
      return token;
    } catch (IOException e) {
      throw new IllegalArgumentException(file, e);
    }
  }
}
