// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.QueryHandler;
import io.dcosnet.dns.query.Resolver;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The example of {@code docs/dns-handlers.md}, word for word. */
record BlockList(Set<DomainName> names) implements QueryHandler {

  @Override
  public CompletionStage<Answer> handle(Query query, Resolver next) {
    for (DomainName name : names) {
      if (query.name().isUnder(name)) {
        return CompletableFuture.completedFuture(Answer.blocked("on the list"));
      }
    }
    return next.resolve(query);
  }
}
