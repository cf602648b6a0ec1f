package dev.gimbal.platform.database.embedded;

import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Who PostgreSQL runs as. It refuses to run as root, so a root process starts it under an
/// unprivileged user id through `setpriv`, which every Linux with util-linux has.
///
/// @param user its user id; empty: as we run ourselves
/// @param group its group id, 0 if `user` is empty
/// @param prefix what stands before its command line
record Account(OptionalInt user, int group, List<String> prefix) {

  /// A data directory below a home that only root may enter (`/root/...`) is common. There the
  /// server keeps one capability, to pass that directory, and no other right of root's. The first
  /// is the smaller one; containers often grant only the second.
  private static final List<String> CAPABILITIES = List.of("dac_read_search", "dac_override");

  private static final List<String> NAMES = List.of("gimbal", "postgres", "nobody");

  Account {
    prefix = List.copyOf(prefix);
  }

  /// The account for a server that runs `program` and owns `data`, which may not exist yet but
  /// whose parent `home` does.
  static Account toRun(Path program, Path home, Path data) {
    if (currentUser() != 0) {
      return new Account(OptionalInt.empty(), 0, List.of());
    }
    Entry entry = entry(data);
    List<List<String>> candidates = new ArrayList<>();
    candidates.add(setpriv(entry, Optional.empty()));
    CAPABILITIES.forEach(name -> candidates.add(setpriv(entry, Optional.of(name))));
    Path reached = Files.exists(data) ? data : home;
    for (List<String> prefix : candidates) {
      if (reaches(prefix, program) && reaches(prefix, reached)) {
        return new Account(OptionalInt.of(entry.user()), entry.group(), prefix);
      }
    }
    throw new DatabaseException(
        DatabaseError.DATABASE_UNAVAILABLE,
        "PostgreSQL does not run as root, and root may not switch to another user here. Start"
            + " Gimbal as an ordinary user that owns "
            + home
            + ", or install util-linux (setpriv) and keep the rights setuid, setgid and setpcap.",
        null);
  }

  /// Gives a file to the account.
  void own(Path path) throws IOException {
    if (user.isPresent()) {
      Files.setAttribute(path, "unix:uid", user.getAsInt(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /// A command line that runs under this account.
  List<String> command(List<String> command) {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return whole;
  }

  private static List<String> setpriv(Entry entry, Optional<String> capability) {
    String keep = capability.map(name -> ",+" + name).orElse("");
    List<String> command = new ArrayList<>(List.of("setpriv"));
    if (capability.isPresent()) {
      // access(2) drops capabilities of whoever is not root, unless told not to.
      command.add("--securebits=+no_setuid_fixup");
      command.addAll(List.of("--ambient-caps=-all" + keep, "--bounding-set=-all" + keep));
    }
    command.addAll(
        List.of(
            "--reuid=" + entry.user(),
            "--regid=" + entry.group(),
            "--clear-groups",
            "--inh-caps=-all" + keep));
    return command;
  }

  private static boolean reaches(List<String> prefix, Path path) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of("test", "-x", path.toString()));
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.saying("interrupted while PostgreSQL was being started", e);
    }
  }

  /// Whoever owns the data already, or the first of a few accounts that machines have.
  private static Entry entry(Path data) {
    try {
      if (Files.exists(data)) {
        int owner = (Integer) Files.getAttribute(data, "unix:uid");
        if (owner != 0) {
          return new Entry(owner, (Integer) Files.getAttribute(data, "unix:gid"));
        }
      }
      List<String> lines = Files.readAllLines(Path.of("/etc/passwd"));
      for (String name : NAMES) {
        for (String line : lines) {
          String[] fields = line.split(":", -1);
          if (fields.length > 3 && fields[0].equals(name)) {
            return new Entry(Integer.parseInt(fields[2]), Integer.parseInt(fields[3]));
          }
        }
      }
    } catch (IOException e) {
      throw Failure.of("cannot find an account for PostgreSQL", e);
    }
    throw new DatabaseException(
        DatabaseError.DATABASE_UNAVAILABLE,
        "PostgreSQL does not run as root, and this machine has none of the users "
            + String.join(", ", NAMES)
            + "; make one with: useradd --system --user-group gimbal",
        null);
  }

  private static int currentUser() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw Failure.of("cannot tell which user this is", e);
    }
  }

  private record Entry(int user, int group) {}
}
