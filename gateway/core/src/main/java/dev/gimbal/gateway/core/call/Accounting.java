package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.route.Plan;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.CallSettled.Outcome;
import org.jspecify.annotations.Nullable;

/// Tokens and money of a call that ended: what the upstream told, or else an estimate that is
/// called one, where anything was said.
final class Accounting {
  /// What a token is taken to be worth in bytes where nobody counted.
  private static final long BYTES_A_TOKEN = 4;

  private Accounting() {}

  static Tokens tokens(CallTicket ticket, AnswerScan scan, @Nullable Price price, Outcome outcome) {
    Long input = scan.inputTokens();
    Long output = scan.outputTokens();
    boolean answers = ticket.endpoint() != Endpoint.EMBEDDINGS;
    boolean known = input != null && (output != null || !answers);
    boolean estimated = !known && (scan.saidBytes() > 0 || outcome == Outcome.SUCCEEDED);
    if (estimated) {
      input = input != null ? input : Long.valueOf(tokensIn(ticket.body().length()));
      output = output != null || !answers ? output : Long.valueOf(tokensIn(scan.saidBytes()));
    }
    long said = tokensIn(scan.saidBytes());
    if (output != null && scan.provisional() && said > output) {
      // It broke off before the true number came.
      output = said;
      estimated = true;
    }
    Long cost = null;
    if (price != null && input != null && (output != null || !answers)) {
      cost =
          price.cost(
              new Price.Use(
                  input,
                  scan.cachedTokens(),
                  scan.cacheWriteTokens(),
                  scan.audioInputTokens(),
                  output == null ? 0 : output,
                  scan.audioOutputTokens()));
    }
    return new Tokens(input, scan.cachedTokens(), output, estimated, cost);
  }

  /// The same of dispatches that are counted already.
  static Tokens tokens(Dispatch.Tries used, @Nullable Price price) {
    Long cost = price == null ? null : Long.valueOf(price.cost(used.input(), null, used.output()));
    return new Tokens(used.input(), null, used.output(), used.estimated(), cost);
  }

  /// What a target consumed whose answer was not used; money is only known where it said so.
  static Tokens wasted(CallTicket ticket, AnswerScan scan, @Nullable Price price) {
    return tokens(ticket, scan, price, Outcome.FAILED);
  }

  /// Two targets' tokens and money together; what neither said stays unknown.
  static Tokens add(Tokens one, Tokens other) {
    if (one.equals(Tokens.NONE)) {
      return other;
    }
    return new Tokens(
        add(one.input(), other.input()),
        add(one.cached(), other.cached()),
        add(one.output(), other.output()),
        one.estimated() || other.estimated(),
        add(one.costNanoUsd(), other.costNanoUsd()));
  }

  static @Nullable Long add(@Nullable Long one, @Nullable Long other) {
    return one == null ? other : other == null ? one : Long.valueOf(Math.addExact(one, other));
  }

  /// Tokens of prompt and answer; null: unknown.
  static @Nullable Long sum(Tokens tokens) {
    return tokens.input() == null ? null : add(tokens.input(), tokens.output());
  }

  static Plan.Spent spent(Tokens tokens) {
    return new Plan.Spent(tokens.input(), tokens.cached(), tokens.output(), tokens.costNanoUsd());
  }

  /// The same tokens, as what nobody counted.
  static Tokens estimated(Tokens tokens) {
    return new Tokens(tokens.input(), tokens.cached(), tokens.output(), true, tokens.costNanoUsd());
  }

  /// An estimate of the tokens in so many bytes.
  static long tokensIn(long bytes) {
    return (bytes + BYTES_A_TOKEN - 1) / BYTES_A_TOKEN;
  }
}
