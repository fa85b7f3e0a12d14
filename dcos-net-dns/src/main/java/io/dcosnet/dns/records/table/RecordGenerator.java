// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;

/**
 * The rules of one zone: what each subject of a cluster contributes.
 *
 * <p>A generator keeps of frameworks and agents what the records of their tasks need. Beside that,
 * a result depends on the arguments alone.
 *
 * <p><b>Confined to</b> one thread.
 */
public interface RecordGenerator {

  /** Learns of a new or changed framework and tells its own records. */
  Contribution learn(Framework framework);

  /** Learns of a new or changed agent and tells its own records. */
  Contribution learn(Agent agent);

  void forgetFramework(String id);

  void forgetAgent(String id);

  Contribution of(Masters masters);

  /** Depends on the framework's name and the agent's addresses, and on nothing else of them. */
  Contribution of(Task task);
}
