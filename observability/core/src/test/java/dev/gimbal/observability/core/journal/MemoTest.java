package dev.gimbal.observability.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class MemoTest {

  @Test
  void shouldSayOfEachKeyWhatIsMadeOfItHoweverManyThereAre() {
    Memo<Integer, String> memo = new Memo<>();
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      int key = random.nextInt(500);
      assertThat(memo.of(key, Object::toString)).isEqualTo(Integer.toString(key));
    }
  }

  @Test
  void shouldMakeOnceWhatIsAskedForAgain() {
    Memo<String, String> memo = new Memo<>();
    AtomicInteger made = new AtomicInteger();
    for (int i = 0; i < 100; i++) {
      memo.of("the same".concat(""), key -> key + made.incrementAndGet());
    }
    assertThat(made).hasValue(1);
  }
}
