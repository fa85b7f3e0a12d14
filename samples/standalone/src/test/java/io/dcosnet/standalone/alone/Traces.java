// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a library could leave behind in a process.
 *
 * @param threads by name
 * @param files open ones by what they are; jars left out, they belong to the class loader
 */
record Traces(Set<String> threads, Set<String> files, Map<String, String> properties) {

  static Traces now() {
    Set<String> threads = new TreeSet<>();
    Thread.getAllStackTraces().keySet().forEach(thread -> threads.add(thread.getName()));
    Map<String, String> properties = new TreeMap<>();
    Properties all = System.getProperties();
    all.stringPropertyNames().forEach(name -> properties.put(name, all.getProperty(name)));
    return new Traces(threads, openFiles(), properties);
  }

  /** What is there now and was not before, one line each; empty when nothing is. */
  Set<String> since(Traces before) {
    Set<String> news = new TreeSet<>();
    threads.stream()
        .filter(name -> !before.threads.contains(name))
        .forEach(name -> news.add("thread " + name));
    files.stream()
        .filter(name -> !before.files.contains(name))
        .forEach(name -> news.add("open file " + name));
    properties.forEach(
        (name, value) -> {
          if (!value.equals(before.properties.get(name))) {
            news.add("system property " + name + "=" + value);
          }
        });
    return news;
  }

  private static Set<String> openFiles() {
    Set<String> files = new TreeSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        String target = targetOf(descriptor);
        if (!target.endsWith(".jar") && !target.matches("/proc/[0-9]+/fd")) {
          files.add(descriptor.getFileName() + " " + target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static String targetOf(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "/proc/0/fd"; // the descriptor of the listing itself, closed meanwhile
    }
  }
}
