package dev.gimbal.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
  @ParameterizedTest
  @CsvSource({
    "53100, DATABASE_FULL",
    "40001, DATABASE_CONFLICT",
    "40P01, DATABASE_CONFLICT",
    "57014, DATABASE_UNAVAILABLE",
    "55P03, DATABASE_UNAVAILABLE",
    "08006, DATABASE_UNAVAILABLE",
    "57P01, DATABASE_UNAVAILABLE",
    "53300, DATABASE_UNAVAILABLE",
    "58030, DATABASE_UNAVAILABLE"
  })
  void shouldSayWhatTheServerMeantByItsState(String state, DatabaseError error) {
    RuntimeException translated =
        Failures.translate(new IllegalStateException(new SQLException("secret detail", state)));

    assertThat(translated)
        .isInstanceOfSatisfying(
            DatabaseException.class, e -> assertThat(e.errorCode()).isEqualTo(error))
        .hasMessageNotContaining("secret");
  }

  @Test
  void shouldSayThatNoConnectionCouldBeHad() {
    RuntimeException translated =
        Failures.translate(
            new ConnectionException(new SQLTransientConnectionException("pool is empty")));

    assertThat(translated)
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> assertThat(e.errorCode()).isEqualTo(DatabaseError.DATABASE_UNAVAILABLE));
  }

  @Test
  void shouldLeaveAnErrorOfTheStatementToTheRoomThatRanIt() {
    RuntimeException unique = new IllegalStateException(new SQLException("duplicate key", "23505"));

    assertThat(Failures.translate(unique)).isSameAs(unique);
  }
}
