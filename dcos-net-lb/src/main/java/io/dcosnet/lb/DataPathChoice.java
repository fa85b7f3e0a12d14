// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.choice.ChoiceParts;
import io.dcosnet.lb.datapath.choice.ChosenDataPath;
import io.dcosnet.lb.datapath.choice.Switched;
import io.dcosnet.lb.datapath.kernel.RoutedDataPath;
import io.dcosnet.lb.vip.TableLimits;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The data paths that one load balancer has to choose from: it takes the best that works on its
 * machine, and may be told to take another while it runs.
 *
 * <pre>{@code
 * DataPathChoice path = DataPaths.auto();
 * VipLoadBalancer vips = VipLoadBalancer.builder(net).store(store).dataPath(path).build();
 * ...
 * path.switchTo(DataPaths.NFTABLES, Duration.ofMinutes(1));
 * }</pre>
 *
 * <p>What was chosen, and why nothing better, is in {@link VipInspection#dataPath()}.
 *
 * <p><b>Thread-safe.</b>
 */
public final class DataPathChoice implements DataPathProvider {

  /** Sockets with nftables beside them, nftables, IPVS, user space. */
  public static final List<String> BEST_FIRST =
      List.of(
          DataPaths.SOCKET + "-" + DataPaths.NFTABLES,
          DataPaths.NFTABLES,
          DataPaths.IPVS,
          DataPaths.USERSPACE);

  private final Map<String, DataPathProvider> offers;
  private final List<String> preferred;
  private final boolean sole;
  private final boolean routes;
  private final Duration linger;
  private volatile @Nullable ChosenDataPath made;

  private DataPathChoice(Builder builder) {
    offers = new LinkedHashMap<>(builder.offers);
    preferred = builder.preferred;
    sole = builder.sole;
    routes = builder.routes;
    linger = builder.linger;
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException the second time: one choice is for one load balancer
   * @throws IllegalArgumentException when something is preferred that is not offered
   */
  @Override
  public synchronized DataPath create(NetRuntime net) {
    if (made != null) {
      throw new IllegalStateException("data path: chosen already (expected: a choice for each)");
    }
    Map<String, Supplier<DataPath>> makers = new LinkedHashMap<>();
    offers.forEach((name, provider) -> makers.put(name, () -> provider.create(net)));
    ChosenDataPath path =
        new ChosenDataPath(
            new ChoiceParts(
                makers, preferred, sole, linger, net.scheduler(), net.executor(), net.metrics()));
    made = path;
    // Around all of them, so that no switch takes the addresses away for a moment.
    return routes && DataPaths.noRoutesBecause().isEmpty() ? new RoutedDataPath(path, net) : path;
  }

  /**
   * Has another path carry connections; see {@link ChosenDataPath#switchTo}.
   *
   * @throws IllegalStateException before the load balancer was built
   */
  public CompletionStage<Switched> switchTo(String name, Duration grace) {
    return path().switchTo(name, grace);
  }

  /** The name of the path that carries new connections; {@code auto} before one was chosen. */
  public String name() {
    ChosenDataPath path = made;
    return path == null ? "auto" : path.name();
  }

  /** What there is to choose from, and what became of each; empty before the load balancer. */
  public List<Considered> considered() {
    ChosenDataPath path = made;
    return path == null ? List.of() : path.considered();
  }

  private ChosenDataPath path() {
    ChosenDataPath path = made;
    if (path == null) {
      throw new IllegalStateException("data path: there is no load balancer yet");
    }
    return path;
  }

  /** What a choice is made of. <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Map<String, DataPathProvider> offers = new LinkedHashMap<>();
    private List<String> preferred = BEST_FIRST;
    private boolean sole = true;
    private boolean routes = true;
    private Duration linger = TableLimits.DEFAULTS.linger();

    private Builder() {
      offers.put(DataPaths.SOCKET, DataPaths.socket());
      offers.put(DataPaths.NFTABLES, DataPaths.nftables());
      offers.put(DataPaths.IPVS, DataPaths.ipvsWithoutRoutes());
      offers.put(DataPaths.USERSPACE, DataPaths.userspace());
    }

    /** A path of another make, or one more; a name has letters only. */
    public Builder offer(String name, DataPathProvider provider) {
      if (!name.matches("[a-z]+")) {
        throw new IllegalArgumentException("offer: " + name + " (expected: letters)");
      }
      offers.put(name, requireNonNull(provider, "provider"));
      return this;
    }

    /**
     * What is tried at the start, the best first: names of offers, or of several that work side by
     * side, joined by {@code -}. Default: {@link #BEST_FIRST}.
     */
    public Builder preferred(List<String> names) {
      preferred = new ArrayList<>(requireNonNull(names, "names"));
      return this;
    }

    /**
     * Whether no other load balancer serves this network namespace, so that what paths of other
     * kinds once left in its kernel can be removed as soon as the chosen one works. Default true.
     */
    public Builder sole(boolean only) {
      sole = only;
      return this;
    }

    /**
     * Whether virtual addresses are made this node's by local routes, which it takes for its
     * processes to reach them at all on most machines. Done where this process may. Default true.
     */
    public Builder routes(boolean wanted) {
      routes = wanted;
      return this;
    }

    /**
     * How long an old path serves beside a new one at which clients find services at other
     * addresses; longer than DNS answers live. Default: that of {@link TableLimits#DEFAULTS}.
     */
    public Builder linger(Duration time) {
      linger = requireNonNull(time, "time");
      return this;
    }

    /** Opens nothing. */
    public DataPathChoice build() {
      return new DataPathChoice(this);
    }
  }
}
