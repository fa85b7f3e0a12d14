// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.query;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The handlers of a server. Those that were added for a name see all queries at and below it, and
 * what they pass on goes to the zones; the others see what no zone answers. Each kind is called in
 * the order in which it was added.
 *
 * <p><b>Immutable</b>, and as thread-safe as its handlers.
 */
public final class HandlerChain {

  /** No handler. */
  public static final HandlerChain EMPTY = new HandlerChain(List.of(), List.of());

  private final List<Link> named;
  private final List<Link> others;
  private final DomainName[] suffixes;

  /** A handler and the names it is for. */
  private record Link(DomainName suffix, QueryHandler handler) {
    boolean isFor(DomainName name) {
      return name.isUnder(suffix);
    }

    @Override
    public String toString() {
      return "handler " + handler + " for names at and below " + suffix;
    }
  }

  private HandlerChain(List<Link> named, List<Link> others) {
    this.named = List.copyOf(named);
    this.others = List.copyOf(others);
    this.suffixes = named.stream().map(Link::suffix).toArray(DomainName[]::new);
  }

  /** The chain with one more handler, for names that no zone answers. */
  public HandlerChain with(QueryHandler handler) {
    Link added = new Link(DomainName.ROOT, requireNonNull(handler, "handler"));
    return new HandlerChain(named, joined(others, added));
  }

  /** The chain with one more handler, for all names at and below this one. */
  public HandlerChain with(DomainName suffix, QueryHandler handler) {
    Link added = new Link(requireNonNull(suffix, "suffix"), requireNonNull(handler, "handler"));
    return new HandlerChain(joined(named, added), others);
  }

  private static List<Link> joined(List<Link> links, Link added) {
    List<Link> longer = new ArrayList<>(links);
    longer.add(added);
    return longer;
  }

  /** The chain without the handlers that were added for a name. */
  public HandlerChain withoutNamed() {
    return named.isEmpty() ? this : new HandlerChain(List.of(), others);
  }

  public boolean isEmpty() {
    return named.isEmpty() && others.isEmpty();
  }

  /** True when there are handlers for what no zone answers. */
  public boolean seesMisses() {
    return !others.isEmpty();
  }

  /** True when a handler was added for the name in these octets, or for one above it. */
  public boolean covers(byte[] octets, int offset, int length) {
    for (DomainName suffix : suffixes) {
      if (suffix.isAtOrAbove(octets, offset, length)) {
        return true;
      }
    }
    return false;
  }

  /** As {@link #covers(byte[], int, int)}. */
  public boolean covers(DomainName name) {
    return named.stream().anyMatch(link -> link.isFor(name));
  }

  /**
   * Lets the handlers answer.
   *
   * @param zones answers what the handlers for the name pass on
   * @param last answers what the others pass on
   * @param failures told of each failure of a handler, on whatever thread
   * @return never fails because of a handler: that is SERVFAIL, also for the handlers before it
   */
  public CompletionStage<Answer> resolve(
      Query query, Resolver zones, Resolver last, Consumer<? super Throwable> failures) {
    Rest all =
        covers(query.name())
            ? new Rest(named, 0, zones, failures)
            : new Rest(others, 0, last, failures);
    return all.resolve(query);
  }

  /** For a person: the handlers that see queries for this name, in order. */
  public List<String> describe(DomainName name) {
    List<Link> links = covers(name) ? named : others;
    return links.stream().filter(link -> link.isFor(name)).map(Link::toString).toList();
  }

  /** What stands behind a link. */
  private record Rest(
      List<Link> links, int index, Resolver last, Consumer<? super Throwable> failures)
      implements Resolver {

    @Override
    public CompletionStage<Answer> resolve(Query query) {
      for (int i = index; i < links.size(); i++) {
        if (links.get(i).isFor(query.name())) {
          Rest next = new Rest(links, i + 1, last, failures);
          return guarded(links.get(i).handler(), query, next);
        }
      }
      return last.resolve(query);
    }

    @SuppressWarnings("ConstantValue") // handlers of others may give what they must not
    private CompletionStage<Answer> guarded(QueryHandler handler, Query query, Resolver next) {
      try {
        return requireNonNull(handler.handle(query, next), "stage of a handler")
            .handle(
                (answer, failure) -> {
                  if (failure != null) {
                    return failed(failure);
                  }
                  return answer == null ? failed(new NullPointerException("answer")) : answer;
                });
      } catch (RuntimeException | Error e) {
        return CompletableFuture.completedFuture(failed(e));
      }
    }

    private Answer failed(Throwable failure) {
      failures.accept(failure);
      return Answer.failure(Rcode.SERVFAIL, ExtendedError.OTHER, "a handler failed");
    }
  }
}
