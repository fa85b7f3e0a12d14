// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.nft.Difference.Change;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.nft.NftElement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Differences of random tables, against a kernel that does not like some of their owners. */
class SieveProperties {

  private static final Refusal REFUSAL =
      new Refusal(
          0,
          Request.of("add to", "set of a test", 0, 0, writer -> {}),
          new Errno(23),
          Optional.of("too many"),
          OptionalInt.empty());

  /** Takes a transaction or leaves it. */
  private static final class Model implements Sieve.Target {
    final Contents contents = new Contents();
    Set<Owner> disliked = Set.of();
    int commits;

    @Override
    public @Nullable Refusal commit(List<Change> changes) {
      commits++;
      for (Owner owner : Difference.owners(changes)) {
        if (disliked.contains(owner)) {
          return REFUSAL;
        }
      }
      for (Change change : changes) {
        for (NftElement element : change.elements()) {
          boolean there = contents.of(change.part()).containsKey(element.key());
          assertThat(there).as("%s", element).isNotEqualTo(change.add());
          if (change.add()) {
            contents.put(change.part(), element);
          } else {
            contents.remove(change.part(), element.key());
          }
        }
      }
      return null;
    }
  }

  private static Contents contents(Random random, int services) {
    List<Service> all = new ArrayList<>();
    for (int i = 0; i < services; i++) {
      String vip = (random.nextInt(4) > 0 ? "11.9.0." + i : "[2001:db8:11::" + i + "]") + ":80";
      String backend = vip.startsWith("[") ? "[2001:db8::%d]:80" : "192.0.2.%d:80";
      Target[] targets = new Target[random.nextInt(4)];
      for (int t = 0; t < targets.length; t++) {
        targets[t] =
            Here.up(backend.replace("%d", Integer.toString(1 + 3 * t + random.nextInt(2))));
      }
      all.add(Here.service(vip, targets));
    }
    Services known = new Services(new Followed());
    Difference unused = known.learn(VipTable.of(all), 0);
    return known.contents();
  }

  private static Contents of(Contents contents, Owner owner) {
    Contents own = new Contents();
    for (Part part : Part.values()) {
      for (Map.Entry<Bytes, NftElement> each : contents.of(part).entrySet()) {
        if (Layout.owner(part, each.getKey()).equals(owner)) {
          own.put(part, each.getValue());
        }
      }
    }
    return own;
  }

  @Property(tries = 300)
  void whoeverIsRefusedStaysAsItWasAndAllOthersChange(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 40) int services) {
    Random random = new Random(seed);
    Model kernel = new Model();
    Contents before = contents(random, services);
    assertThat(Sieve.commit(Difference.between(new Contents(), before), kernel)).isEmpty();
    assertThat(kernel.contents).isEqualTo(before);
    Contents wanted = contents(random, services);
    Difference difference = Difference.between(before, wanted);
    Set<Owner> disliked = new HashSet<>(difference.owners());
    disliked.removeIf(owner -> random.nextInt(8) > 0);
    kernel.disliked = disliked;
    kernel.commits = 0;

    Map<Owner, Refusal> refused = Sieve.commit(difference, kernel);

    assertThat(refused).containsOnlyKeys(disliked);
    for (Owner owner : difference.owners()) {
      assertThat(of(kernel.contents, owner))
          .isEqualTo(of(disliked.contains(owner) ? before : wanted, owner));
    }
    int halvings = 32 - Integer.numberOfLeadingZeros(difference.owners().size());
    assertThat(kernel.commits).isLessThanOrEqualTo(2 + 4 * halvings * disliked.size());
  }

  @Property(tries = 5)
  void aKernelThatTakesNothingIsNotAskedForEachOne(@ForAll @IntRange(min = 0, max = 250) int more) {
    Contents wanted = new Contents();
    for (int i = 0; i < 4_000 + more; i++) {
      IpAddress address = IpAddress.parse("11.9.0.1").plus(i);
      wanted.put(Part.ADDRESSES4, Layout.address(address));
    }
    Model kernel = new Model();
    Difference difference = Difference.between(new Contents(), wanted);
    kernel.disliked = difference.owners();

    assertThat(Sieve.commit(difference, kernel)).containsOnlyKeys(difference.owners());
    assertThat(kernel.commits).isLessThan(2 * Sieve.MOST + 32);
    assertThat(kernel.contents.size()).isZero();
  }

  @Property(tries = 100)
  void eachElementKnowsItsOwner(@ForAll long seed) {
    Contents contents = contents(new Random(seed), 8);
    for (Part part : Part.values()) {
      for (Bytes key : contents.of(part).keySet()) {
        Owner owner = Layout.owner(part, key);
        assertThat(owner.address().isIpv4()).isEqualTo(part.isIpv4());
        Frontend frontend = owner.frontend();
        assertThat(frontend == null).isEqualTo(!part.isBackends() && !part.isVips());
        if (frontend != null) {
          HostPort endpoint = frontend.endpoint();
          assertThat(endpoint).isEqualTo(new HostPort(owner.address(), 80));
          assertThat(frontend.protocol()).isEqualTo(Protocol.TCP);
        }
      }
    }
  }
}
