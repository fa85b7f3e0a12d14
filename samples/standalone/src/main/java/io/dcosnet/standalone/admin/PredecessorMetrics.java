// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.admin;

import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * {@code /v1/metrics/{registry}}: figures under the names that dcos-net gave them, so that its
 * dashboards and alerts go on working as far as the values exist. All our own figures, under our
 * names, are the registry {@code default}.
 *
 * <p><b>Thread-safe.</b>
 *
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_dns, apps/dcos_net</a>
 */
public final class PredecessorMetrics {

  /** The registry that stands at {@code /v1/metrics} itself. */
  private static final String DEFAULT = "default";

  private final PrometheusMetrics ours;
  private final ConcurrentMap<String, Registry> registries = new ConcurrentHashMap<>();

  PredecessorMetrics(PrometheusMetrics ours) {
    this.ours = ours;
  }

  /** A registry of dcos-net; made at the first call, {@code dns} for one. */
  public Registry registry(String name) {
    return registries.computeIfAbsent(name, key -> new Registry());
  }

  /** Some figures under old names. <b>Thread-safe.</b> */
  public static final class Registry {

    private record Figure(String kind, String help, Supplier<Map<String, Long>> values) {}

    private final Map<String, Figure> figures = new TreeMap<>(); // guarded by this
    private final List<Supplier<String>> texts = new ArrayList<>(); // guarded by this

    private Registry() {}

    /** A figure of one value that may go up and down. */
    public Registry gauge(String name, String help, Supplier<Long> value) {
      return gauge(name, "", help, () -> Map.of("", value.get()));
    }

    /**
     * A figure with one label.
     *
     * @param values by the value of the label
     */
    public synchronized Registry gauge(
        String name, String label, String help, Supplier<Map<String, Long>> values) {
      figures.put(name + (label.isEmpty() ? "" : "{" + label), new Figure("gauge", help, values));
      return this;
    }

    /** A figure that only grows. */
    public synchronized Registry counter(String name, String help, Supplier<Long> value) {
      figures.put(name, new Figure("counter", help, () -> Map.of("", value.get())));
      return this;
    }

    /**
     * Figures in another form.
     *
     * @param text whole lines as Prometheus reads them
     */
    public synchronized Registry text(Supplier<String> text) {
      texts.add(text);
      return this;
    }

    private String text() {
      Map<String, Figure> all;
      List<Supplier<String>> others;
      synchronized (this) {
        all = new TreeMap<>(figures);
        others = List.copyOf(texts);
      }
      StringBuilder text = new StringBuilder();
      all.forEach((key, figure) -> write(key, figure, text));
      others.forEach(other -> text.append(other.get()));
      return text.toString();
    }

    private static void write(String key, Figure figure, StringBuilder text) {
      int brace = key.indexOf('{');
      String name = brace < 0 ? key : key.substring(0, brace);
      String label = brace < 0 ? "" : key.substring(brace + 1);
      text.append("# HELP ").append(name).append(' ').append(figure.help).append('\n');
      text.append("# TYPE ").append(name).append(' ').append(figure.kind).append('\n');
      new TreeMap<>(figure.values.get())
          .forEach(
              (value, number) -> {
                text.append(name);
                if (!label.isEmpty()) {
                  text.append('{').append(label).append("=\"").append(escape(value)).append("\"}");
                }
                text.append(' ').append(number).append('\n');
              });
    }

    private static String escape(String value) {
      return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
  }

  ReadOnly resource(Executor executor) {
    return ReadOnly.below("/v1/metrics", executor, name -> answer(name.isEmpty() ? DEFAULT : name));
  }

  private HttpResponse answer(String name) {
    if (name.equals(DEFAULT)) {
      return text(ours.scrape());
    }
    Registry registry = registries.get(name);
    return registry == null ? HttpResponse.text(404, "Unknown Registry") : text(registry.text());
  }

  private static HttpResponse text(String figures) {
    return HttpResponse.of(200, PrometheusMetrics.CONTENT_TYPE, figures);
  }
}
