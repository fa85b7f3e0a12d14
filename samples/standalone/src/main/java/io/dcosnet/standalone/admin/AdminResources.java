// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.admin;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.http.HttpHandler;
import java.util.ArrayList;
import java.util.List;

/**
 * What the admin server of a node answers; each part adds its own resources before the server is
 * built.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
public final class AdminResources {

  /**
   * One resource.
   *
   * @param path at which it stands, with all that lies below
   * @param says what it is for, in a few words
   * @param open whether it is answered without a token
   */
  record Resource(String path, String says, HttpHandler handler, boolean open) {}

  private final List<Resource> resources = new ArrayList<>();

  /** Nothing yet. */
  public AdminResources() {}

  /**
   * Adds a resource, which needs the token where one is configured.
   *
   * @param path such as {@code /v1/zones}; it also gets what lies below
   * @param says what it is for, for the list at {@code /}
   * @throws IllegalArgumentException when the path is taken
   */
  public AdminResources add(String path, String says, HttpHandler handler) {
    return add(new Resource(path, says, handler, false));
  }

  /** As {@link #add}, for what anybody may know who reaches the server. */
  public AdminResources addOpen(String path, String says, HttpHandler handler) {
    return add(new Resource(path, says, handler, true));
  }

  private AdminResources add(Resource resource) {
    requireNonNull(resource.handler, "handler");
    if (resources.stream().anyMatch(other -> other.path.equals(resource.path))) {
      throw new IllegalArgumentException("path: " + resource.path + " (expected: one not taken)");
    }
    resources.add(resource);
    return this;
  }

  List<Resource> all() {
    return List.copyOf(resources);
  }
}
