// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.model.TaskKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A short name of a task, the same on every node: tells the back end of one task from that of
 * another which gets the same address and port later.
 */
public final class TaskMark {

  private static final int BYTES = 8;

  private TaskMark() {}

  /** Sixteen hexadecimal digits. */
  public static String of(TaskKey task) {
    MessageDigest digest = sha256();
    digest.update(task.frameworkId().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(task.taskId().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(Integer.toString(task.copy()).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
