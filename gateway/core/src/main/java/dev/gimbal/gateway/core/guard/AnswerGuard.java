package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.guard.TextSpot.Role;
import dev.gimbal.gateway.core.wire.EventReader;
import dev.gimbal.gateway.guard.GuardSession;
import dev.gimbal.gateway.guard.TextGuards;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Guards an answer that comes as events. Events go in and come out one for one and in order; an
/// event waits until all its text is decided about, and what gives way in it gives way in its
/// bytes. Pieces of one text are judged together, so that a cut hides nothing. After a refusal
/// nothing comes out any more. On the call's loop.
public final class AnswerGuard {
  private final GuardSession session;
  private final Asker asker;
  private final Out out;
  private final boolean hidesTwins;
  private final TextFinder finder = new TextFinder(TextFinder.Kind.EVENT);
  private final Map<Long, Channel> channels = new LinkedHashMap<>();
  private final List<Channel> ending = new ArrayList<>();
  private final ArrayDeque<HeldEvent> queue = new ArrayDeque<>();
  private @Nullable HeldEvent pattern;
  private @Nullable TextSpot patternSpot;
  private long patternNumber;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private boolean refused;
  private boolean last;

  /// Takes what may be said.
  public interface Out {
    /// An event.
    void event(byte[] bytes, int from, int to);

    /// The answer may not go on: once, and nothing after it.
    void refused(GatewayException why);
  }

  AnswerGuard(GuardSession session, Asker asker, boolean hidesTwins, Out out) {
    this.session = session;
    this.asker = asker;
    this.hidesTwins = hidesTwins;
    this.out = out;
  }

  /// The next event with data.
  public void event(byte[] bytes, int from, int to) {
    if (refused) {
      return;
    }
    judge(HeldEvent.of(bytes, from, to));
  }

  /// The next event with data, of which it may be known where its text stands.
  ///
  /// @param reader has just read it, and read all events before it
  public void event(byte[] bytes, int from, int to, EventReader reader) {
    if (refused) {
      return;
    }
    HeldEvent like = pattern;
    TextSpot spot = patternSpot;
    boolean repeats = reader.repeats() && patternNumber == reader.patterns();
    if (repeats && like != null && spot != null && spot.start == reader.before()) {
      HeldEvent event = like.like(bytes, from, to);
      queue.add(event);
      judge(event, spot.until(to - from - reader.behind()));
      flush();
      return;
    }
    HeldEvent event = HeldEvent.of(bytes, from, to);
    List<TextSpot> spots = judge(event);
    boolean one = spots.size() == 1 && spots.getFirst().role == Role.PIECE;
    patternSpot = one ? spots.getFirst() : null;
    pattern = one ? event : null;
    patternNumber = reader.patterns();
  }

  /// A whole answer whose elements are as events.
  void whole(byte[] bytes) {
    judge(HeldEvent.whole(bytes));
  }

  private List<TextSpot> judge(HeldEvent event) {
    queue.add(event);
    List<TextSpot> spots = finder.find(event.bytes(), event.dataFrom(), event.dataTo());
    for (TextSpot spot : spots) {
      judge(event, spot);
    }
    for (TextSpot spot : spots) {
      finish(spot);
    }
    flush();
    return spots;
  }

  private void judge(HeldEvent event, TextSpot spot) {
    switch (spot.role) {
      case PIECE -> {
        String text = JsonText.decode(event.bytes(), spot.start, spot.end);
        channels
            .computeIfAbsent(spot.channel, key -> new Channel(session, asker, spot))
            .push(event, spot, text);
      }
      case WHOLE -> whole(event, spot);
      case TWIN -> {
        if (hidesTwins && spot.end - spot.start > 2) {
          event.edit(Twins.without(event.bytes(), spot));
        }
      }
      case UNSEEN -> session.unseen(spot.place);
      case FINISH, FINISH_ALL -> {}
    }
  }

  /// A text that an event says whole, such as the end of an item that repeats its pieces.
  private void whole(HeldEvent event, TextSpot spot) {
    if (!session.looksAt(spot.place, true) || spot.start == spot.end) {
      return;
    }
    Channel channel = new Channel(session, asker, spot);
    if (spot.bare) {
      String number = JsonText.decode(event.bytes(), spot.start, spot.end);
      event.change(spot, TextGuards.judge(session, spot.place, number, true));
      return;
    }
    channel.push(event, spot, JsonText.decode(event.bytes(), spot.start, spot.end));
    end(channel);
  }

  private void finish(TextSpot spot) {
    if (spot.role == Role.FINISH_ALL) {
      endAll();
    } else if (spot.role == Role.FINISH) {
      for (Map.Entry<Long, Channel> open : List.copyOf(channels.entrySet())) {
        boolean same =
            spot.channel != 0
                ? open.getKey() == spot.channel
                : spot.outer < 0 || open.getValue().outer() == spot.outer;
        if (same) {
          channels.remove(open.getKey());
          end(open.getValue());
        }
      }
    }
  }

  private void endAll() {
    List<Channel> open = List.copyOf(channels.values());
    channels.clear();
    open.forEach(this::end);
  }

  private void end(Channel channel) {
    CompletionStage<Void> done = channel.finish();
    if (done.toCompletableFuture().isDone()) {
      return;
    }
    ending.add(channel);
    done.whenComplete(
        (nothing, failure) -> {
          ending.remove(channel);
          flush();
        });
  }

  /// No event comes any more but the one that says so.
  ///
  /// @return completes, on the loop, when everything was handed on or refused
  public CompletionStage<Void> end() {
    if (!last) {
      last = true;
      endAll();
      flush();
    }
    return ended;
  }

  /// Characters that wait now.
  public int heldCharacters() {
    int held = 0;
    for (Channel channel : channels.values()) {
      held += channel.held();
    }
    for (Channel channel : ending) {
      held += channel.held();
    }
    return held;
  }

  private void flush() {
    if (refused) {
      return;
    }
    @Nullable GatewayException why = Refusals.of(session.refusal());
    if (why != null) {
      refused = true;
      queue.clear();
      channels.clear();
      out.refused(why);
      ended.complete(null);
      return;
    }
    while (!queue.isEmpty() && queue.getFirst().complete()) {
      byte[] made = queue.removeFirst().made();
      out.event(made, 0, made.length);
    }
    if (last && queue.isEmpty() && ending.isEmpty()) {
      ended.complete(null);
    }
  }
}
