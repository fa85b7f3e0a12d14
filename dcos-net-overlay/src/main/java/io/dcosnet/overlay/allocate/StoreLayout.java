// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;

/**
 * The keys of a store of allocations.
 *
 * <pre>
 * format                        "1"
 * config                        the accepted configuration, JSON
 * agents/&lt;id&gt;                   record, JSON
 * vtep/&lt;ip&gt;  vtep6/&lt;ip&gt;         id of the agent that has it
 * subnets/&lt;overlay&gt;/&lt;net&gt;-&lt;len&gt;  id of the agent that has it
 * tombstones/&lt;id&gt;               what a deleted agent had, JSON
 * disputes/&lt;id&gt;                 what an agent claims in vain, JSON
 * lineage                       "collecting" or "open", and the base of the revisions
 * </pre>
 *
 * <p>The keys of the elements repeat what the records say, so that two owners of one element are
 * impossible in the store itself, whatever a program believes.
 */
final class StoreLayout {

  static final String FORMAT = "format";
  static final Bytes FORMAT_1 = Bytes.utf8("1");
  static final String CONFIG = "config";
  static final String AGENTS = "agents/";
  static final String TOMBSTONES = "tombstones/";
  static final String DISPUTES = "disputes/";
  static final String LINEAGE = "lineage";

  private StoreLayout() {}

  static String agent(NodeId agent) {
    return AGENTS + agent;
  }

  static String tombstone(NodeId agent) {
    return TOMBSTONES + agent;
  }

  static String dispute(NodeId agent) {
    return DISPUTES + agent;
  }

  static boolean isElement(String key) {
    return key.startsWith("vtep/") || key.startsWith("vtep6/") || key.startsWith("subnets/");
  }
}
