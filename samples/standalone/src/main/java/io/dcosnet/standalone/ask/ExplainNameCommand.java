// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dcos-net explain name}: how a node comes to its answer for a name. */
@CommandLine.Command(
    name = "name",
    description = {
      "Say how a node comes to its answer for a name: which zone, which records, and which task",
      "made them."
    })
public final class ExplainNameCommand implements Command {

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "Such as web.marathon.mesos.")
  @Nullable String name;

  @Option(names = "--type", paramLabel = "TYPE", description = "Type of the records; without: A.")
  @Nullable String type;

  @Option(
      names = "--client",
      paramLabel = "ADDR",
      description = "Who asks, for what depends on that; without: this machine.")
  @Nullable String client;

  @Mixin AdminOptions admin = new AdminOptions();

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<String> asked =
        arguments.required("NAME", name, ExplainNameCommand::name, "a domain name");
    Supplier<@Nullable String> ofType =
        arguments.<String>optional(
            "--type", type, ExplainNameCommand::type, "a type such as A, SRV or TYPE65");
    Supplier<@Nullable IpAddress> by =
        arguments.<IpAddress>optional("--client", client, IpAddress::parse, "an IP address");
    Supplier<AdminClient> node = admin.client(arguments);
    arguments.check();
    String path =
        "/v1/explain?name="
            + encode(asked.get())
            + (ofType.get() == null ? "" : "&type=" + encode(ofType.get()))
            + (by.get() == null ? "" : "&client=" + encode(String.valueOf(by.get())));
    if (admin.json) {
      console.json(node.get().json(path));
      return ExitCode.OK;
    }
    AdminClient.Answer answer = node.get().text(path + "&format=text");
    if (answer.isJson()) {
      console.line(answer.tree().toPrettyString());
    } else {
      console.line(answer.body().stripTrailing());
    }
    return ExitCode.OK;
  }

  private static String name(String text) {
    try {
      return DomainName.parse(text).toString();
    } catch (DecodeException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static String type(String text) {
    if (!text.matches("[A-Za-z][A-Za-z0-9]{0,15}")) {
      throw new IllegalArgumentException(text);
    }
    return text.toUpperCase(Locale.ROOT);
  }

  private static String encode(@Nullable String text) {
    return URLEncoder.encode(String.valueOf(text), StandardCharsets.UTF_8);
  }
}
