package dev.gimbal.gateway.core.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PriceTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Price MINI = new Price(150_000_000, 600_000_000, 75_000_000L);

  @Test
  void shouldPriceCachedInputApart() {
    assertThat(MINI.cost(1_000, 400L, 100)).isEqualTo(600 * 150 + 400 * 75 + 100 * 600);
  }

  @Test
  void shouldPriceCachedInputLikeTheRestWithoutAPriceOfItsOwn() {
    assertThat(new Price(150_000_000, 0, null).cost(1_000, 400L, 0)).isEqualTo(150_000);
  }

  @Test
  void shouldNotPriceMoreCachedTokensThanThereAre() {
    assertThat(MINI.cost(10, 400L, 0)).isEqualTo(750);
  }

  @Test
  void shouldRoundToTheNearestNanoUsdOnceForTheWholeCall() {
    Price odd = new Price(12_500_000, 1_300_000, null);

    assertThat(odd.cost(1, null, 0)).isEqualTo(13);
    assertThat(odd.cost(1, null, 1)).isEqualTo(14);
    assertThat(odd.cost(3, null, 0)).isEqualTo(38);
  }

  @Test
  void shouldNotOverflow() {
    assertThat(new Price(1_000_000_000_000L, 0, null).cost(1_000_000_000_000L, null, 0))
        .isEqualTo(1_000_000_000_000_000_000L);
    assertThat(new Price(Long.MAX_VALUE, 0, null).cost(Long.MAX_VALUE, null, 0))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldPriceALongPromptsWholeCallByItsTier() {
    Price tiered =
        new Price(
            1_000_000,
            2_000_000,
            null,
            null,
            new PriceDetails(
                List.of(new PriceDetails.Tier(100, 3_000_000, 5_000_000, 1_000_000L, null)),
                null,
                null,
                Map.of()));

    assertThat(tiered.cost(100, null, 10)).isEqualTo(100 + 20);
    assertThat(tiered.cost(101, 1L, 10)).isEqualTo(100 * 3 + 1 + 50);
    assertThat(tiered.most(100, 10)).isEqualTo(120);
    assertThat(tiered.most(101, 10)).isEqualTo(303 + 50);
  }

  @Test
  void shouldPriceSoundApartAndHoldItAsTheWorst() {
    Price sound =
        new Price(
            1_000_000,
            2_000_000,
            null,
            null,
            new PriceDetails(List.of(), 40_000_000L, 80_000_000L, Map.of("request", 7L)));

    assertThat(sound.cost(new Price.Use(10, 2L, null, 3L, 10, 4L)))
        .isEqualTo(7 + 3 * 40 + 6 * 2 + 4 * 80 + 7);
    assertThat(sound.most(10, 10)).isEqualTo(400 + 800 + 7);
  }

  @Test
  void shouldFindAPicturesPriceFromTheNearestUpAndKnowNoneItDoesNotHave() {
    Price image =
        new Price(
            0,
            0,
            null,
            null,
            new PriceDetails(
                List.of(), null, null, Map.of("image/a", 1L, "image/a/hd", 2L, "image/b", 9L)));

    assertThat(image.image("a", "hd")).isEqualTo(2);
    assertThat(image.image("a", "low")).isEqualTo(1);
    assertThat(image.image("c", null)).isNull();
    assertThat(image.dearestImage()).isEqualTo(9);
  }

  @Test
  void shouldReadAndWriteDecimalText() {
    assertThat(Usd.nano("0.15")).isEqualTo(150_000_000);
    assertThat(Usd.text(150_000_000)).isEqualTo("0.15");
    assertThat(Usd.text(10_000_000_000L)).isEqualTo("10");
    assertThatThrownBy(() -> Usd.nano("1e3")).hasMessageContaining("\"1e3\"");
    assertThatThrownBy(() -> Usd.nano("-1")).hasMessageContaining("-1");
  }

  @Test
  void shouldKnowLocalAndScriptedModelsAsFreeAndOthersNotAtAll() {
    PriceTable table = new PriceTable();

    assertThat(table.find(TenantId.FIRST, "local/anything", NOW)).isEqualTo(new Price(0, 0, null));
    assertThat(table.find(TenantId.FIRST, "fake/echo", NOW)).isEqualTo(new Price(0, 0, null));
    assertThat(table.find(TenantId.FIRST, "openai/gpt-4o-mini", NOW)).isEqualTo(MINI);
    assertThat(table.find(TenantId.FIRST, "openai/unheard-of", NOW)).isNull();
  }

  @Test
  void shouldPreferATenantsOwnPriceAndTheOneThatHoldsAtTheTime() {
    PriceTable table = new PriceTable();
    Price early = new Price(1, 1, null);
    Price late = new Price(2, 2, null);
    String model = "openai/gpt-4o-mini";
    table.swap(
        Map.of(
            TenantId.FIRST,
            List.of(
                new DatedPrice(model, NOW, early, "x"),
                new DatedPrice(model, NOW.plusSeconds(60), late, "x"))));

    assertThat(table.find(TenantId.FIRST, model, NOW.minusSeconds(1))).isEqualTo(MINI);
    assertThat(table.find(TenantId.FIRST, model, NOW.plusSeconds(59))).isEqualTo(early);
    assertThat(table.find(TenantId.FIRST, model, NOW.plusSeconds(60))).isEqualTo(late);
    TenantId other = new TenantId(new UUID(1, 2));
    assertThat(table.find(other, model, NOW.plusSeconds(60))).isEqualTo(MINI);
  }

  @Test
  void shouldStillKnowAPriceThatHeldBeforeTheClockWentBack() {
    PriceTable table = new PriceTable();
    Price own = new Price(1, 1, null);
    String model = "openai/unheard-of";
    table.swap(
        Map.of(
            TenantId.FIRST,
            List.of(
                new DatedPrice(model, NOW, own, "x"),
                new DatedPrice(model, NOW.plusSeconds(60), new Price(2, 2, null), "x"))));
    assertThat(table.find(TenantId.FIRST, model, NOW.minusSeconds(5))).isNull();
    assertThat(table.find(TenantId.FIRST, model, NOW.plusSeconds(1))).isEqualTo(own);

    assertThat(table.find(TenantId.FIRST, model, NOW.minusSeconds(3_600))).isEqualTo(own);
    assertThat(table.knows(TenantId.FIRST, model, NOW.minusSeconds(3_600))).isTrue();
  }
}
