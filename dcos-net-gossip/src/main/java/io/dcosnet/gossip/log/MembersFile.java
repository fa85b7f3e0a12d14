// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.protocol.KeptMember;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members that a node knew, so that its next start finds the cluster without seeds. A file that
 * cannot be read is as good as none.
 *
 * <p><b>Not thread-safe.</b> Its methods block.
 */
public final class MembersFile {

  /** Most members that are kept. */
  public static final int MAX_MEMBERS = 200_000;

  private static final Logger LOGGER = LoggerFactory.getLogger(MembersFile.class);

  private static final int MARK = 0x44474d31; // DGM1
  private static final int MAX_OCTETS = 64 << 20;

  /** States by their numbers in the file. */
  private static final List<State> STATES =
      List.of(State.ALIVE, State.SUSPECT, State.DEAD, State.LEFT);

  private final CheckedFile file;

  /**
   * @param data directory of the node; created at first use
   */
  public MembersFile(Path data) {
    requireNonNull(data, "data");
    this.file = new CheckedFile(data.resolve("gossip.members"), MARK, MAX_OCTETS);
  }

  /** The members of the last start. */
  public List<KeptMember> load() {
    try {
      Bytes content = file.read();
      return content == null ? List.of() : decode(content.toByteBuffer());
    } catch (IOException | IllegalArgumentException | DecodeException e) {
      LOGGER.warn(
          "the members of the last start cannot be read; going by the seeds alone reason={}",
          e instanceof DecodeException ? e.getMessage() : e.toString());
      return List.of();
    }
  }

  /**
   * Keeps these for the next start; safe when it returns.
   *
   * @throws IOException when they cannot be; those of before are still there
   */
  public void save(List<KeptMember> members) throws IOException {
    Path directory = file.path().toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    file.write(encode(members.subList(0, Math.min(members.size(), MAX_MEMBERS))));
  }

  private static Bytes encode(List<KeptMember> members) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(octets);
    out.writeInt(members.size());
    for (KeptMember member : members) {
      out.writeLong(member.id().uuid().getMostSignificantBits());
      out.writeLong(member.id().uuid().getLeastSignificantBits());
      out.writeLong(member.epoch());
      out.writeLong(member.incarnation());
      out.writeByte(STATES.indexOf(member.state()));
      byte[] name = member.name().getBytes(StandardCharsets.UTF_8);
      out.writeByte(name.length);
      out.write(name);
      out.writeByte(member.addresses().size());
      for (HostPort address : member.addresses()) {
        byte[] ip = address.address().toBytes();
        out.writeByte(ip.length);
        out.write(ip);
        out.writeShort(address.port());
      }
    }
    return Bytes.copyOf(octets.toByteArray());
  }

  private static List<KeptMember> decode(ByteBuffer in) {
    try {
      int count = in.getInt();
      if (count < 0 || count > MAX_MEMBERS) {
        throw new DecodeException("members: " + count, 0);
      }
      List<KeptMember> members = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        members.add(decodeMember(in));
      }
      return members;
    } catch (BufferUnderflowException e) {
      throw new DecodeException("members: cut off", in.position());
    }
  }

  private static KeptMember decodeMember(ByteBuffer in) {
    NodeId id = new NodeId(new UUID(in.getLong(), in.getLong()));
    long epoch = in.getLong();
    long incarnation = in.getLong();
    int state = in.get();
    if (state < 0 || state >= STATES.size()) {
      throw new DecodeException("state: " + state, in.position());
    }
    String name = new String(octets(in, in.get() & 0xff), StandardCharsets.UTF_8);
    int count = in.get();
    if (count < 1 || count > Profile.MAX_ADDRESSES) {
      throw new DecodeException("addresses: " + count, in.position());
    }
    List<HostPort> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      IpAddress address = IpAddress.ofBytes(octets(in, in.get() & 0xff));
      addresses.add(new HostPort(address, in.getShort() & 0xffff));
    }
    return new KeptMember(id, epoch, incarnation, STATES.get(state), name, addresses);
  }

  private static byte[] octets(ByteBuffer in, int length) {
    byte[] octets = new byte[length];
    in.get(octets);
    return octets;
  }
}
