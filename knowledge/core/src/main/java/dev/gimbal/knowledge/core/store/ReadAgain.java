package dev.gimbal.knowledge.core.store;

import dev.gimbal.platform.database.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/// A version that indexes must read again.
record ReadAgain(UUID collection, UUID version) {
  static ReadAgain of(ResultSet row) throws SQLException {
    return new ReadAgain(Sql.id(row, "collection_id"), Sql.id(row, "id"));
  }

  void log(Transaction transaction) {
    transaction.changed(VersionRow.TOPIC, collection + "/" + version);
  }
}
