package dev.gimbal.platform.http;

import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.Response.ClientGoneException;
import dev.gimbal.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes server-sent events. Comments while it is silent keep proxies from closing the connection
/// and notice a client that is gone.
final class EventAnswer implements Response.EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(EventAnswer.class);
  private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);

  private final AnswerStream stream;
  private final Answers.Ticks ticks;
  private final String requestId;

  EventAnswer(AnswerStream stream, Answers.Ticks ticks, String requestId) {
    this.stream = stream;
    this.ticks = ticks;
    this.requestId = requestId;
  }

  void run(Response.Events events) throws ClientGoneException {
    stream.head(
        200,
        Map.of(
            "content-type", "text/event-stream; charset=utf-8",
            "cache-control", "no-store",
            "x-accel-buffering", "no"),
        -1);
    // The head leaves at once, so that the client knows that it is being served.
    stream.write(": open\n\n".getBytes(StandardCharsets.UTF_8));
    Runnable stop = ticks.start(() -> stream.tick(COMMENT));
    try {
      events.source().run(this);
    } catch (ClientGoneException e) {
      throw e;
    } catch (GimbalException e) {
      send("error", Problem.of(e, requestId));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stream.cut();
      throw new ClientGoneException("interrupted while answering");
    } catch (Exception e) {
      LOG.error("an event stream failed", e);
      send("error", Problem.of(RouteCall.failed(), requestId));
    } finally {
      stop.run();
    }
    stream.end();
  }

  @Override
  public void send(String event, Object data) throws ClientGoneException {
    String text = "event: " + event + "\ndata: " + Json.write(data) + "\n\n";
    stream.write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean gone() {
    return stream.gone();
  }
}
