// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.http.HttpMasterLink;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.MasterLink;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import io.dcosnet.sources.auth.TlsFiles;
import io.dcosnet.standalone.config.OverlayAgentConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How an agent reaches the masters that give addresses: those that it was told, or those that are
 * members of the same cluster and say so.
 *
 * <p><b>Thread-safe.</b>
 */
final class MasterLinks implements MasterLink {

  private final Supplier<List<URI>> masters;
  private final @Nullable String token;
  private final @Nullable SSLContext tls;
  private final Executor executor;
  private @Nullable HttpClient client; // guarded by this
  private List<URI> known = List.of(); // guarded by this
  private @Nullable MasterLink link; // guarded by this

  private MasterLinks(
      Supplier<List<URI>> masters,
      @Nullable String token,
      @Nullable SSLContext tls,
      Executor executor) {
    this.masters = masters;
    this.token = token;
    this.tls = tls;
    this.executor = executor;
  }

  /**
   * A link as the configuration wants it; opens nothing.
   *
   * @param token what masters are shown; null for nothing
   * @param found asked for masters where the configuration names none
   */
  static MasterLink of(
      OverlayAgentConfig config,
      @Nullable String token,
      Supplier<List<URI>> found,
      NetRuntime net) {
    List<URI> told = config.masters();
    return new MasterLinks(
        told.isEmpty() ? found : () -> told, token, tls(config.authorities()), net.executor());
  }

  private static @Nullable SSLContext tls(@Nullable Path authorities) {
    try {
      return authorities == null ? null : TlsFiles.trusting(authorities);
    } catch (DcosNetException e) {
      throw new ConfigurationException(List.of("overlay.agent.authorities: " + e.getMessage()));
    }
  }

  @Override
  public CompletionStage<RegisterAnswer> register(RegisterRequest request) {
    return now().map(master -> master.register(request)).orElseGet(MasterLinks::nobody);
  }

  @Override
  public CompletionStage<Void> applied(AppliedReport report) {
    return now().map(master -> master.applied(report)).orElseGet(MasterLinks::nobody);
  }

  private static <T> CompletionStage<T> nobody() {
    return CompletableFuture.failedFuture(
        new DcosNetException("no member of the cluster says that it gives addresses on overlays"));
  }

  /** Made anew when masters come, go or move. */
  private synchronized Optional<MasterLink> now() {
    List<URI> wanted = masters.get();
    if (wanted.isEmpty()) {
      return Optional.ofNullable(link); // those that there were may come back
    }
    if (link == null || !wanted.equals(known)) {
      HttpMasterLink.Builder builder = HttpMasterLink.builder(wanted).client(client());
      if (token != null) {
        builder.token(token);
      }
      known = wanted;
      link = builder.build();
    }
    return Optional.ofNullable(link);
  }

  /** One for all links: masters may come and go often, and each client has a thread. */
  private synchronized HttpClient client() {
    HttpClient ready = client;
    if (ready == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(HttpMasterLink.DEFAULT_TIMEOUT)
              .executor(executor);
      if (tls != null) {
        builder.sslContext(tls);
      }
      ready = builder.build();
      client = ready;
    }
    return ready;
  }
}
