// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.edge;

import io.dcosnet.lb.edge.EdgeModel;
import io.dcosnet.lb.edge.EdgeOptions;
import io.dcosnet.lb.edge.haproxy.HaproxyConfig;
import io.dcosnet.lb.edge.haproxy.HaproxyOptions;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dcos-net edge render}: the configuration that HAProxy would get. */
@CommandLine.Command(
    name = "render",
    description = {
      "Print the configuration of HAProxy for the apps of a file, as one text without maps.",
      "What labels ask for and do not get is told on standard error."
    })
public final class EdgeRenderCommand implements Command {

  private static final Path DEFAULT_CERTIFICATE = Path.of("/etc/ssl/cert.pem"); // Marathon-LB's

  @Mixin AppsOptions apps = new AppsOptions();

  @Option(
      names = "--certs",
      paramLabel = "PATH",
      description =
          "Certificates with keys: a PEM file, or a folder of them. Without: /etc/ssl/cert.pem if"
              + " it is there, else no listener for HTTPS.")
  @Nullable String certs;

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<AppsFile> input = apps.read(arguments);
    Path place =
        arguments
            .<Path>optional("--certs", certs, EdgeRenderCommand::existing, "a file or a folder")
            .get();
    arguments.check();
    AppsFile read = input.get();
    List<String> certificates = certificates(place);
    if (certificates.isEmpty()) {
      console.err().println("dcos-net: no certificate, so no listener for HTTPS (see --certs)");
    }
    EdgeOptions options = read.options(apps.groups).tlsByVhost(false).files(filesOf(read)).build();
    EdgeModel model = read.model(options, console);
    HaproxyConfig config =
        HaproxyConfig.of(model, HaproxyOptions.defaults().withCertificates(certificates));
    console.out().print(config.text());
    return ExitCode.OK;
  }

  private static Path existing(String text) {
    Path path = Path.of(text).toAbsolutePath().normalize();
    if (!Files.isReadable(path)) {
      throw new IllegalArgumentException(text);
    }
    return path;
  }

  private static List<String> certificates(@Nullable Path place) {
    if (place == null) {
      return Files.isReadable(DEFAULT_CERTIFICATE)
          ? List.of(DEFAULT_CERTIFICATE.toString())
          : List.of();
    }
    if (!Files.isDirectory(place)) {
      return List.of(place.toString());
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    } catch (IOException e) {
      throw CommandFailure.environment(place + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** The files that labels name and that are there: HAProxy refuses all for one that is not. */
  private static Set<String> filesOf(AppsFile read) {
    Set<String> files = new TreeSet<>();
    read.apps().apps().stream()
        .flatMap(app -> app.labels().entrySet().stream())
        .filter(
            label ->
                label.getKey().endsWith("_SSL_CERT") || label.getKey().endsWith("_BIND_OPTIONS"))
        .flatMap(label -> Stream.of(label.getValue().split("[\\s,]+", -1)))
        .filter(word -> word.startsWith("/") && word.indexOf('\0') < 0)
        .filter(word -> Files.isReadable(Path.of(word)))
        .forEach(files::add);
    return files;
  }
}
