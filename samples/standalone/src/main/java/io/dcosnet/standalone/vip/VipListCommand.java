// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.vip;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.lb.vip.LabelReport;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.lb.vip.VipListing;
import io.dcosnet.lb.vip.VipRules;
import io.dcosnet.standalone.ask.NodeVips;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.input.StateInput;
import io.dcosnet.standalone.input.StateOptions;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code dcos-net vip list}: the VIPs that the labels of a cluster's tasks make. */
@CommandLine.Command(
    name = "list",
    description = {
      "Print the VIPs of a state, of a record of events or of a running node.",
      "One JSON object: each with its back ends, and the labels that make none, with the reason."
    })
public final class VipListCommand implements Command {

  @Mixin StateOptions state = new StateOptions();

  @Mixin NodeVips node = new NodeVips();

  @Override
  public int run(Arguments arguments, Console console) {
    if (node.wanted()) {
      state.none(arguments, "--admin");
      Supplier<ObjectNode> listing = node.listing(arguments, console);
      arguments.check();
      console.json(listing.get());
      return ExitCode.OK;
    }
    Supplier<ClusterState> cluster = state.cluster(arguments, console);
    arguments.check();
    VipListing listing = VipListing.of(cluster.get(), VipRules.defaults(), VipAddresses.defaults());
    StateInput.tell(listing.remarks().stream().map(LabelReport::toRejection).toList(), console);
    StateInput.tell(listing.refused(), console);
    console.json(toJson(listing));
    return ExitCode.OK;
  }

  private static ObjectNode toJson(VipListing listing) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode vips = all.putArray("vips");
    listing.vips().forEach(row -> write(row, vips.addObject()));
    ArrayNode rejected = all.putArray("rejected");
    for (LabelReport report : listing.rejected()) {
      ObjectNode row = rejected.addObject();
      row.put("task", report.task().taskId());
      row.put("label", report.label());
      row.put("reason", report.code() + ": " + report.detail());
    }
    return all;
  }

  private static void write(VipListing.Row from, ObjectNode row) {
    row.put("name", from.name());
    row.put("protocol", from.protocol().toString());
    row.put("address", from.address().toString());
    row.put("port", from.port());
    row.put("fqdn", from.fqdn());
    ArrayNode backends = row.putArray("backends");
    for (VipListing.RowBackend backend : from.backends()) {
      ObjectNode one = backends.addObject();
      one.put("agent", backend.agent().toString());
      one.put("address", backend.address().toString());
      one.put("port", backend.port());
      one.put("healthy", backend.healthy());
    }
  }
}
