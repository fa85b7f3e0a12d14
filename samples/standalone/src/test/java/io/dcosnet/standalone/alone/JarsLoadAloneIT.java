// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Each library as a host gets it that asks for nothing else: its jar and what its pom says it
 * needs, without what is optional.
 */
class JarsLoadAloneIT {

  /** {@code target}, or {@code target/fast}; the tests run in the folder of this module. */
  private static final Path OUTPUT = outputFolder();

  private static final Path MODULE = Path.of("").toAbsolutePath();

  private enum Library {
    API("dcos-net-api/core", "io.dcosnet.api", CoreAlone.class),
    NETTY("dcos-net-api/netty", "io.dcosnet.netty", NettyAlone.class),
    LINUX("dcos-net-api/linux", "io.dcosnet.linux", LinuxAlone.class),
    SOURCES("dcos-net-api/sources", "io.dcosnet.sources", SourcesAlone.class),
    DNS("dcos-net-dns", "io.dcosnet.dns", DnsAlone.class),
    LB("dcos-net-lb", "io.dcosnet.lb", LbAlone.class),
    OVERLAY("dcos-net-overlay", "io.dcosnet.overlay", OverlayAlone.class);

    private final Path folder;
    private final String module;
    private final Class<? extends Scenario> scenario;

    Library(String folder, String module, Class<? extends Scenario> scenario) {
      this.folder = MODULE.resolve("../..").normalize().resolve(folder);
      this.module = module;
      this.scenario = scenario;
    }
  }

  @ParameterizedTest
  @EnumSource(Library.class)
  void leavesNoTraceOnTheClassPath(Library library) throws Exception {
    List<String> jars = new ArrayList<>(jarsOf(library));
    jars.add(testClasses());

    Ended child = run("-cp", String.join(File.pathSeparator, jars), library, "");

    assertThat(child.output()).isEmpty();
    assertThat(child.exitCode()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Library.class)
  void leavesNoTraceOnTheModulePath(Library library) throws Exception {
    List<String> options = new ArrayList<>();
    options.add("--add-modules=" + library.module);
    options.add("--module-path=" + String.join(File.pathSeparator, jarsOf(library)));
    options.add("-cp");
    options.add(testClasses());

    Ended child = run(options, library, library.module);

    assertThat(child.output()).isEmpty();
    assertThat(child.exitCode()).isZero();
  }

  private record Ended(int exitCode, String output) {}

  private static Ended run(String option, String value, Library library, String module)
      throws IOException, InterruptedException {
    return run(List.of(option, value), library, module);
  }

  private static Ended run(List<String> options, Library library, String module)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(options);
    command.addAll(List.of(AloneMain.class.getName(), library.scenario.getName(), module));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!child.waitFor(30, TimeUnit.SECONDS)) {
      child.destroyForcibly();
      fail("still running: " + output);
    }
    String told =
        output
            .lines()
            .filter(line -> !line.startsWith("SLF4J(W)"))
            .reduce("", (a, b) -> a + b + "\n");
    return new Ended(child.exitValue(), told);
  }

  private static List<String> jarsOf(Library library) throws Exception {
    Path target = library.folder.resolve(MODULE.relativize(OUTPUT));
    List<String> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(target)) {
      files
          .filter(file -> file.toString().endsWith(".jar"))
          .filter(file -> !file.toString().matches(".*-(sources|javadoc|tests)\\.jar"))
          .forEach(file -> jars.add(file.toString()));
    }
    Path classPath = target.resolve("runtime-classpath.txt");
    assertThat(jars).as("the jar in %s", target).hasSize(1);
    assertThat(classPath).as("written by: mvn -pl samples/standalone -am verify").exists();
    List<String> optional = optionalArtifacts(library.folder.resolve("pom.xml"));
    for (String jar : List.of(Files.readString(classPath).strip().split(File.pathSeparator, -1))) {
      String name = Path.of(jar).getFileName().toString();
      if (!jar.isEmpty()
          && optional.stream().noneMatch(artifact -> name.startsWith(artifact + "-"))) {
        jars.add(jar);
      }
    }
    return jars;
  }

  private static List<String> optionalArtifacts(Path pom)
      throws IOException, ParserConfigurationException, SAXException {
    NodeList dependencies =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getElementsByTagName("dependency");
    List<String> optional = new ArrayList<>();
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      if (text(dependency, "optional").equals("true")) {
        optional.add(text(dependency, "artifactId"));
      }
    }
    return optional;
  }

  private static String text(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
  }

  private static Path outputFolder() {
    try {
      URI classes = AloneMain.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(classes).resolve("..").normalize();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static String testClasses() {
    return OUTPUT.resolve("test-classes").toString();
  }
}
