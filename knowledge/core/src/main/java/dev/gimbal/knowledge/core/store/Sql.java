package dev.gimbal.knowledge.core.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.gimbal.platform.json.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// How values look in the database.
final class Sql {
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private Sql() {}

  /// A list of ids as the text of an array, for `CAST(:ids AS uuid[])`.
  static String array(Collection<UUID> ids) {
    return ids.stream().map(UUID::toString).collect(Collectors.joining(",", "{", "}"));
  }

  /// A list of numbers as the text of an array.
  static String numbers(Collection<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
  }

  /// A list of hashes as the text of an array of their hexadecimal forms.
  static String hashes(Collection<Hash> hashes) {
    return hashes.stream().map(Hash::hex).collect(Collectors.joining(",", "{", "}"));
  }

  static UUID id(ResultSet row, String column) throws SQLException {
    return row.getObject(column, UUID.class);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp value = row.getTimestamp(column);
    return value.toInstant();
  }

  static Hash hash(ResultSet row, String column) throws SQLException {
    return Hash.of(row.getBytes(column));
  }

  static Map<String, String> texts(ResultSet row, String column) throws SQLException {
    String json = row.getString(column);
    if (json == null) {
      return Map.of();
    }
    try {
      return Json.MAPPER.readValue(json, TEXTS);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new SQLException("not an object of texts: " + column, e);
    }
  }

  static byte[] vector(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  static float[] vector(byte[] bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
