package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.price.PriceDetails;
import dev.gimbal.gateway.core.wire.MeterScan;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// What a call whose bytes pass may cost and did cost: by the picture, the second, the character
/// and the request, and by tokens where the vendor counts them. Files cost nothing. The figures of
/// the most are assumed, and say so.
final class PassedCost {
  /// A larger body of JSON is not read for the size of a picture or the length of a text.
  private static final int READ = 64 << 10;

  /// Pictures that a form may ask for, which is not read.
  private static final int MOST_IMAGES = 10;

  /// Tokens that a picture, a speech or a transcript has at most; assumed.
  private static final long IMAGE_TOKENS = 8_192;

  private static final long AUDIO_TOKENS = 16_384;

  /// Bytes that a second of sound has at least, and an upload of unknown length at most; assumed.
  private static final long SECOND_BYTES = 500;

  private static final long UPLOAD_BYTES = 25L << 20;

  private final Endpoint endpoint;
  private final @Nullable Price price;
  private final long bytes;
  private final int count;
  private final @Nullable String size;
  private final @Nullable String quality;
  private final long characters;

  /// @param length of the whole body; negative: unknown
  PassedCost(CallTicket ticket, @Nullable Price price, long length) {
    this.endpoint = ticket.endpoint();
    this.price = price;
    this.bytes = length < 0 ? UPLOAD_BYTES : length;
    boolean form = ticket.body().length() == 0;
    this.count = form ? MOST_IMAGES : ticket.fields().answers();
    JsonNode call = form || price == null || !reads() ? null : read(ticket);
    this.size = text(call, "size");
    this.quality = text(call, "quality");
    String input = text(call, "input");
    this.characters = input == null ? bytes : input.codePointCount(0, input.length());
  }

  private boolean reads() {
    return images() || endpoint == Endpoint.SPEECH;
  }

  private static @Nullable JsonNode read(CallTicket ticket) {
    if (ticket.body().length() > READ) {
      return null;
    }
    try {
      return Json.MAPPER.readTree(ticket.body().getBytes());
    } catch (IOException e) {
      // The upstream will say so.
      return null;
    }
  }

  private static @Nullable String text(@Nullable JsonNode call, String field) {
    return call != null && call.path(field).isTextual() ? call.path(field).textValue() : null;
  }

  private boolean images() {
    return switch (endpoint) {
      case IMAGE_GENERATIONS, IMAGE_EDITS, IMAGE_VARIATIONS -> true;
      default -> false;
    };
  }

  /// What is held for it; null: nobody knows a price.
  @Nullable Long most() {
    if (endpoint == Endpoint.FILES) {
      return 0L;
    }
    if (price == null) {
      return null;
    }
    Long dearest = price.dearestImage();
    Long character = price.unit(PriceDetails.CHARACTER);
    Long second = price.unit(PriceDetails.SECOND);
    if (images()) {
      Long known = size == null ? null : price.image(size, quality);
      Long each = known == null ? dearest : known;
      long tokens = price.byTokens() || each == null ? count * IMAGE_TOKENS : 0;
      return sum(price.most(price.byTokens() ? bytes : 0, tokens), each, count);
    }
    if (endpoint == Endpoint.SPEECH) {
      return sum(price.most(bytes, AUDIO_TOKENS), character, characters);
    }
    long seconds = bytes / SECOND_BYTES + 1;
    return sum(price.most(seconds * 10, AUDIO_TOKENS), second, seconds);
  }

  /// Tokens that are held for it: as many as it may have, unless the price says that its vendor
  /// does not count them.
  long mostTokens() {
    boolean uncounted = price != null && !price.byTokens();
    if (endpoint == Endpoint.FILES || uncounted) {
      return 0;
    }
    if (images()) {
      return bytes + count * IMAGE_TOKENS;
    }
    return endpoint == Endpoint.SPEECH
        ? bytes + AUDIO_TOKENS
        : (bytes / SECOND_BYTES + 1) * 10 + AUDIO_TOKENS;
  }

  private static long sum(long tokens, @Nullable Long unit, long count) {
    try {
      return unit == null ? tokens : Math.addExact(tokens, Math.multiplyExact(unit, count));
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /// What it came to; null: nobody knows.
  @Nullable Long cost(MeterScan scan) {
    if (endpoint == Endpoint.FILES || price == null) {
      return null;
    }
    Long input = scan.inputTokens();
    Long output = scan.outputTokens();
    Long units = units(scan);
    if (input != null && output != null) {
      Long heard = scan.audioInputTokens();
      Price.Use use = new Price.Use(input, scan.cachedTokens(), null, heard, output, null);
      return sum(price.cost(use), units, 1);
    }
    return price.byTokens() || units == null ? null : sum(price.cost(0, null, 0), units, 1);
  }

  private @Nullable Long units(MeterScan scan) {
    Price known = price;
    if (known == null) {
      return null;
    }
    if (images()) {
      String heardSize = scan.size() == null ? size : scan.size();
      String heardQuality = scan.quality() == null ? quality : scan.quality();
      Long each = known.image(heardSize, heardQuality);
      return each == null ? null : sum(0, each, scan.images() > 0 ? scan.images() : count);
    }
    if (endpoint == Endpoint.SPEECH) {
      Long each = known.unit(PriceDetails.CHARACTER);
      return each == null ? null : sum(0, each, characters);
    }
    Long each = known.unit(PriceDetails.SECOND);
    BigDecimal seconds = scan.seconds();
    return each == null || seconds == null
        ? null
        : seconds.multiply(BigDecimal.valueOf(each)).setScale(0, RoundingMode.HALF_UP).longValue();
  }
}
