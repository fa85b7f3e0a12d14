// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of services of which nearly all are served where their clients connect, without
 * writing that down for each: there may be ten thousand, and a change concerns one.
 * <b>Immutable</b> as long as the map of services is.
 */
final class Outcomes extends AbstractMap<Frontend, Outcome> {

  private final Map<Frontend, Service> services;
  private final Map<Frontend, Outcome> exceptions;

  /**
   * So many as there are services.
   *
   * @param exceptions those of services only
   */
  Outcomes(Map<Frontend, Service> services, Map<Frontend, Outcome> exceptions) {
    this.services = services;
    this.exceptions = exceptions;
  }

  private Outcome of(Frontend frontend) {
    Outcome exception = exceptions.get(frontend);
    return exception == null ? Outcome.serving(frontend.endpoint()) : exception;
  }

  @Override
  public @Nullable Outcome get(Object key) {
    return key instanceof Frontend frontend && services.containsKey(frontend) ? of(frontend) : null;
  }

  @Override
  public boolean containsKey(Object key) {
    return services.containsKey(key);
  }

  /** {@inheritDoc} Without an entry for each. */
  @Override
  public void forEach(BiConsumer<? super Frontend, ? super Outcome> action) {
    services.keySet().forEach(each -> action.accept(each, of(each)));
  }

  @Override
  public Set<Entry<Frontend, Outcome>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<Frontend, Outcome>> iterator() {
        return services.keySet().stream().map(each -> Map.entry(each, of(each))).iterator();
      }

      @Override
      public int size() {
        return services.size();
      }
    };
  }
}
