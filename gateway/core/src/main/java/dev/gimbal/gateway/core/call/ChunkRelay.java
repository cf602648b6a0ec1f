package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.core.wire.GatheredAnswer;
import dev.gimbal.gateway.core.wire.MalformedJsonException;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/// Makes a stream of one chunk of the whole answer that an upstream gives to a caller who asked for
/// a stream: a client that reads events would take it for an empty answer, and the stream may have
/// begun with a sign of life.
final class ChunkRelay implements Relay {
  private static final int MOST = 16 << 20;

  private final CallRun run;
  private final AnswerScan scan;
  private final boolean stripUsage;
  private final Buffer held = Buffer.buffer();

  ChunkRelay(CallRun run, AnswerScan scan, boolean stripUsage) {
    this.run = run;
    this.scan = scan;
    this.stripUsage = stripUsage;
  }

  @Override
  public void data(Buffer bytes) {
    run.heardAnswer();
    if (held.length() + bytes.length() > MOST) {
      fail("The provider did not stream, and its answer is longer than " + MOST + " bytes.");
    } else {
      held.appendBuffer(bytes);
    }
  }

  @Override
  public void end() {
    run.guarded(held, this::handOn);
  }

  private void handOn(Buffer judged) {
    byte[] whole = judged.getBytes();
    String chunk;
    try {
      scan.next();
      scan.feed(whole, 0, whole.length);
      scan.finish();
      chunk = chunk(new String(whole, StandardCharsets.UTF_8));
    } catch (MalformedJsonException | JsonProcessingException e) {
      fail("The provider's answer is not whole JSON.");
      return;
    }
    if (scan.error()) {
      run.fail(Failure.inBand(0), new ErrorAnswer(502, GatewayError.UPSTREAM_FAILED, held, null));
    } else {
      run.outgoing().begin(200, Outgoing.EVENTS);
      run.succeed(200, Outgoing.EVENTS, Buffer.buffer("data: " + chunk + "\n\ndata: [DONE]\n\n"));
    }
  }

  private String chunk(String whole) throws JsonProcessingException {
    if (!(Json.tree(whole) instanceof ObjectNode answer)) {
      return whole;
    }
    GatheredAnswer.toChunk(answer);
    if (stripUsage) {
      answer.remove("usage");
    }
    return Json.write(answer);
  }

  @Override
  public void failed(GatewayException failure) {
    run.fail(Failure.brokeOff(), ErrorAnswer.of(failure));
  }

  private void fail(String message) {
    run.fail(
        Failure.brokeOff(),
        ErrorAnswer.of(new GatewayException(GatewayError.UPSTREAM_FAILED, message)));
  }
}
