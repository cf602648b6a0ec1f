package dev.gimbal.platform.database.backup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// What the rooms' schemas hold, as PostgreSQL's catalogue tells it.
final class Catalog {
  private final Handle handle;

  Catalog(Handle handle) {
    this.handle = handle;
  }

  /// A table that rows are read from and written to: an ordinary one, or the root of partitions.
  record TableColumns(String name, String columns) {}

  /// All rooms above the database itself, whose own tables speak of this database only: every
  /// schema with a history of migrations, also one whose room has not run here yet.
  List<Manifest.Room> rooms() {
    List<String> names =
        handle
            .createQuery(
                """
                SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relname = 'migration_history' AND n.nspname <> 'gimbal' ORDER BY 1
                """)
            .mapTo(String.class)
            .list();
    return names.stream().map(name -> new Manifest.Room(name, version(name))).toList();
  }

  private String version(String room) {
    return handle
        .createQuery(
            """
            SELECT version FROM %s.migration_history
            WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1
            """
                .formatted(quoted(room)))
        .mapTo(String.class)
        .one();
  }

  private String quoted(String name) {
    return handle
        .createQuery("SELECT quote_ident(:name)")
        .bind("name", name)
        .mapTo(String.class)
        .one();
  }

  /// Tables of a room in an order in which each stands after those that its foreign keys name.
  /// Generated columns are left out: they generate themselves.
  List<TableColumns> tables(List<Manifest.Room> rooms) {
    Map<String, TableColumns> tables = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            SELECT format('%I.%I', n.nspname, c.relname) AS name,
              (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
               FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 AND a.attgenerated = '') AS columns
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN (<rooms>) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND c.relname <> 'migration_history'
            ORDER BY 1
            """)
        .bindList("rooms", names(rooms))
        .map((row, context) -> new TableColumns(row.getString("name"), row.getString("columns")))
        .forEach(table -> tables.put(table.name(), table));
    return sorted(tables);
  }

  private List<TableColumns> sorted(Map<String, TableColumns> tables) {
    Map<String, Set<String>> needed = new LinkedHashMap<>();
    tables.keySet().forEach(name -> needed.put(name, new LinkedHashSet<>()));
    handle
        .createQuery(
            """
            SELECT format('%I.%I', n.nspname, c.relname) AS name,
              format('%I.%I', rn.nspname, r.relname) AS target
            FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
            WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
            """)
        .map((row, context) -> List.of(row.getString("name"), row.getString("target")))
        .forEach(
            key -> {
              if (needed.containsKey(key.getFirst()) && needed.containsKey(key.getLast())) {
                needed.get(key.getFirst()).add(key.getLast());
              }
            });
    List<TableColumns> sorted = new ArrayList<>();
    Set<String> placed = new LinkedHashSet<>();
    while (placed.size() < tables.size()) {
      List<String> ready =
          tables.keySet().stream()
              .filter(name -> !placed.contains(name) && placed.containsAll(needed.get(name)))
              .toList();
      if (ready.isEmpty()) {
        throw new IllegalStateException("foreign keys in a circle: " + needed);
      }
      ready.forEach(name -> sorted.add(tables.get(name)));
      placed.addAll(ready);
    }
    return sorted;
  }

  /// Every partition, parents first.
  List<Manifest.Partition> partitions(List<Manifest.Room> rooms) {
    return handle
        .createQuery(
            """
            WITH RECURSIVE tree AS (
              SELECT c.oid, 0 AS depth FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname IN (<rooms>) AND c.relkind = 'p' AND NOT c.relispartition
              UNION ALL
              SELECT i.inhrelid, tree.depth + 1 FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid)
            SELECT format('%I.%I', pn.nspname, p.relname) AS parent,
              format('%I.%I', n.nspname, c.relname) AS name,
              pg_get_expr(c.relpartbound, c.oid) AS bound,
              coalesce(pg_get_partkeydef(c.oid), '') AS by
            FROM tree JOIN pg_class c ON c.oid = tree.oid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_inherits i ON i.inhrelid = c.oid
            JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE tree.depth > 0 ORDER BY tree.depth, 2
            """)
        .bindList("rooms", names(rooms))
        .map(
            (row, context) ->
                new Manifest.Partition(
                    row.getString("parent"),
                    row.getString("name"),
                    row.getString("bound"),
                    row.getString("by")))
        .list();
  }

  /// Every sequence and where it stands. Sequences know no snapshots: they stand at it or beyond.
  List<Manifest.Sequence> sequences(List<Manifest.Room> rooms) {
    List<String> names =
        handle
            .createQuery(
                """
                SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences
                WHERE schemaname IN (<rooms>) ORDER BY 1
                """)
            .bindList("rooms", names(rooms))
            .mapTo(String.class)
            .list();
    return names.stream().map(this::sequence).toList();
  }

  private Manifest.Sequence sequence(String name) {
    return handle
        .createQuery("SELECT last_value, is_called FROM " + name)
        .map(
            (row, context) ->
                new Manifest.Sequence(name, row.getLong("last_value"), row.getBoolean("is_called")))
        .one();
  }

  int major() {
    return handle
        .createQuery("SELECT current_setting('server_version_num')::int / 10000")
        .mapTo(Integer.class)
        .one();
  }

  /// Rooms of these names that the database holds already.
  List<String> present(List<Manifest.Room> rooms) {
    return handle
        .createQuery("SELECT nspname FROM pg_namespace WHERE nspname IN (<rooms>)")
        .bindList("rooms", names(rooms))
        .mapTo(String.class)
        .list();
  }

  /// A list to bind is never empty.
  private static List<String> names(List<Manifest.Room> rooms) {
    List<String> names = new ArrayList<>(rooms.stream().map(Manifest.Room::name).toList());
    names.add("");
    return names;
  }
}
