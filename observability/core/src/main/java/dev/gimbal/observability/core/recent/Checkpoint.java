package dev.gimbal.observability.core.recent;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.core.journal.Codec;
import dev.gimbal.observability.core.journal.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32;

/// How the ledger stood at a place of the journal: the calls that were open and what had been
/// spent. What lies before the place can be thrown away.
///
/// @param place of the journal, up to which `totals` count
record Checkpoint(long place, Map<UUID, CallOpened> open, SpentTotals totals) {
  private static final String FILE = "checkpoint";
  private static final int EDITION = 1;

  /// That of a journal's beginning.
  static Checkpoint none() {
    return new Checkpoint(0, new LinkedHashMap<>(), new SpentTotals());
  }

  /// The one of a journal; none if it was never written, or for another journal.
  ///
  /// @throws IOException if it cannot be read or is damaged: budgets would begin at nothing
  static Checkpoint read(Path directory, UUID journal) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return none();
    }
    byte[] all = Files.readAllBytes(file);
    int length = all.length - Long.BYTES;
    if (length < 0 || sum(all, length) != ByteBuffer.wrap(all).getLong(length)) {
      throw new IOException(file + " is damaged; without it budgets begin at nothing: remove it");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(all, 0, length));
    int edition = in.readInt();
    if (edition != EDITION) {
      throw new IOException(file + " is of a later version of this program");
    }
    if (!new UUID(in.readLong(), in.readLong()).equals(journal)) {
      return none();
    }
    long place = in.readLong();
    Map<UUID, CallOpened> open = new LinkedHashMap<>();
    int calls = in.readInt();
    for (int i = 0; i < calls; i++) {
      byte[] entry = in.readNBytes(in.readInt());
      if (Codec.read(ByteBuffer.wrap(entry)) instanceof Entry.Opened opened) {
        open.put(opened.call().id(), opened.call());
      }
    }
    SpentTotals totals = new SpentTotals();
    totals.read(in);
    return new Checkpoint(place, open, totals);
  }

  /// Replaces the one that is there; on the disk when it returns.
  static void write(
      Path directory, UUID journal, long place, Collection<CallOpened> open, SpentTotals totals)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(EDITION);
    out.writeLong(journal.getMostSignificantBits());
    out.writeLong(journal.getLeastSignificantBits());
    out.writeLong(place);
    out.writeInt(open.size());
    for (CallOpened call : open) {
      byte[] entry = Codec.bytes(new Entry.Opened(call));
      out.writeInt(entry.length);
      out.write(entry);
    }
    totals.write(out);
    out.writeLong(sum(bytes.toByteArray(), bytes.size()));
    Path draft = directory.resolve(FILE + ".draft");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes.toByteArray());
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(draft, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  private static long sum(byte[] bytes, int length) {
    CRC32 sum = new CRC32();
    sum.update(bytes, 0, length);
    return sum.getValue();
  }
}
