package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.core.wire.EventScan;
import dev.gimbal.gateway.core.wire.EventSplitter;
import dev.gimbal.gateway.core.wire.GatheredAnswer;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;

/// Makes one answer of a stream that an upstream sends to a caller who did not ask for one, and
/// whose client would not understand it.
final class GatheringRelay implements Relay, EventSplitter.Handler {
  /// Of all events together, most of whose bytes are not kept.
  private static final long MOST = 64L << 20;

  private final CallRun run;
  private final AnswerScan scan;
  private final EventSplitter splitter = new EventSplitter();
  private final GatheredAnswer answer = new GatheredAnswer();
  private long bytes;
  private boolean done;
  private boolean stopped;

  GatheringRelay(CallRun run, AnswerScan scan) {
    this.run = run;
    this.scan = scan;
  }

  @Override
  public void data(Buffer piece) {
    bytes += piece.length();
    if (bytes > MOST) {
      stop("The provider sent a stream unasked, longer than " + MOST + " bytes.");
    } else {
      splitter.feed(piece.getBytes(), this);
    }
  }

  @Override
  public void event(byte[] event, int from, int to) {
    if (stopped || done) {
      return;
    }
    switch (EventScan.read(event, from, to, scan)) {
      case DONE -> {
        done = true;
        run.lastEventHeard();
      }
      case SILENT -> {}
      case DATA -> read(event, from, to);
      case BROKEN -> stop("The provider sent an event that is not JSON.");
    }
  }

  private void read(byte[] event, int from, int to) {
    run.heardAnswer();
    if (scan.error()) {
      stopped = true;
      run.fail(Failure.inBand(0), EventRelay.firstError(event, from, to));
      return;
    }
    try {
      JsonNode chunk = Json.tree(EventScan.data(event, from, to));
      answer.add(chunk);
    } catch (JsonProcessingException e) {
      stop("The provider sent an event that is not JSON.");
    }
  }

  @Override
  public void part(byte[] event, int from, int to) {
    stop("The provider sent a stream unasked, with an event that is too long.");
  }

  @Override
  public void end() {
    if (stopped) {
      return;
    }
    if (done || (scan.finished() && splitter.rest().length == 0)) {
      run.succeed(200, "application/json", Buffer.buffer(answer.json()));
    } else {
      stop("The provider's stream broke off.");
    }
  }

  @Override
  public void failed(GatewayException failure) {
    if (done) {
      end();
    } else if (!stopped) {
      stopped = true;
      run.fail(Failure.brokeOff(), ErrorAnswer.of(failure));
    }
  }

  private void stop(String message) {
    if (!stopped) {
      stopped = true;
      run.fail(
          Failure.brokeOff(),
          ErrorAnswer.of(new GatewayException(GatewayError.UPSTREAM_FAILED, message)));
    }
  }
}
