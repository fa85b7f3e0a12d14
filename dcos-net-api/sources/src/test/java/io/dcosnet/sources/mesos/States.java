// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** States for tests, in JSON with {@code '} for the quotation mark. */
final class States {

  static final String AGENT = "{'id':'S1','hostname':'192.0.2.1','pid':'slave(1)@192.0.2.1:5051'}";

  private States() {}

  static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  /** A state with one agent and one framework that has these tasks. */
  static String withTasks(String... tasks) {
    return with(
        AGENT,
        "{'id':'F1','name':'marathon','hostname':'192.0.2.9','tasks':["
            + String.join(",", tasks)
            + "]}");
  }

  static String with(String slaves, String frameworks) {
    return "{'leader':'master@192.0.2.5:5050','slaves':["
        + slaves
        + "],'frameworks':["
        + frameworks
        + "]}";
  }

  /** A running task with more fields, each of which begins with a comma. */
  static String task(String id, String moreFields) {
    return "{'id':'"
        + id
        + "','name':'web','slave_id':'S1','state':'TASK_RUNNING'"
        + moreFields
        + "}";
  }

  static MesosState read(String text) {
    return MesosStateReader.create().read(json(text));
  }

  static Task onlyTask(MesosState state) {
    return state.cluster().tasks().iterator().next();
  }

  static Agent onlyAgent(MesosState state) {
    return state.cluster().agents().iterator().next();
  }

  static Framework onlyFramework(MesosState state) {
    return state.cluster().frameworks().iterator().next();
  }

  static List<String> codes(MesosState state) {
    return state.rejections().stream().map(Rejection::code).toList();
  }

  static byte[] resource(String name) {
    try (InputStream in = States.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no test resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
