package dev.gimbal.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @ValueSource(strings = {"0B", "1B", "1023B", "1KiB", "1025B", "16MiB", "3GiB", "2048GiB"})
  void shouldReadBackWhatItWrites(String text) {
    assertThat(ByteSize.parse(text)).hasToString(text);
  }

  @Test
  void shouldRefuseWhatIsTooLargeForANumber() {
    assertThatThrownBy(() -> ByteSize.parse("999999999999999GiB"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
