package dev.gimbal.gateway.core.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What decides about a call, found in its body.
///
/// @param model as the caller wrote it
/// @param stream whether an event stream is asked for
/// @param array whether that stream is a JSON array instead of events
/// @param includeUsage whether the caller asked for usage at the end of the stream
/// @param maxTokens the output limit that was declared, the larger if in two spellings; null: none
/// @param answers how many answers are asked for, `n`
/// @param items texts to embed; 1 for anything but a list of texts
/// @param text beginning of what the user said last; null if there is none
/// @param places where the fields stand
public record CallFields(
    String model,
    boolean stream,
    boolean array,
    boolean includeUsage,
    @Nullable Long maxTokens,
    int answers,
    int items,
    @Nullable String text,
    Places places) {

  /// The stretches that edits touch.
  ///
  /// @param markBytes of a byte order mark in front
  /// @param model the value of `model`; null if the model stands in the path
  /// @param stream the value of `stream`; null if it is absent
  /// @param options the value of `stream_options`; null if it is absent
  /// @param includeUsage the value of `include_usage` in it; null if it is absent
  /// @param optionsEmpty whether `stream_options` is an object without fields
  /// @param repeated values that name the model once more, in a dialect whose path names it
  record Places(
      int markBytes,
      @Nullable Range model,
      @Nullable Range stream,
      @Nullable Range options,
      @Nullable Range includeUsage,
      boolean optionsEmpty,
      boolean optionsNull,
      List<Range> repeated) {}

  /// From `start` to before `end`, in bytes.
  public record Range(long start, long end) {}

  /// A call of which nothing decides but its model.
  public static CallFields named(String model) {
    Places none = new Places(0, null, null, null, null, true, false, List.of());
    return new CallFields(model, false, false, false, null, 1, 1, null, none);
  }

  /// A scan that reads a body of the same call whose texts were changed.
  public CallScan scan() {
    return places.model == null
        ? new CallScan(new CallScan.InPath(model, stream, array))
        : new CallScan();
  }

  /// What makes the body one for `upstreamModel` of a provider, asked to say its usage if this is
  /// a stream.
  ///
  /// @param askForUsage whether to add `include_usage` to a stream that lacks it
  public List<Edit> editsFor(String upstreamModel, boolean askForUsage) {
    List<Edit> edits = new ArrayList<>(3);
    if (places.markBytes > 0) {
      edits.add(Edit.replace(0, places.markBytes, ""));
    }
    Range named = places.model;
    if (named != null) {
      edits.add(Edit.replace(named.start, named.end, Quoted.of(upstreamModel)));
    }
    for (Range again : places.repeated) {
      edits.add(Edit.replace(again.start, again.end, Quoted.of("models/" + upstreamModel)));
    }
    if (stream && !includeUsage && askForUsage && places.stream != null) {
      edits.add(usageEdit(places.stream));
    }
    return edits;
  }

  private Edit usageEdit(Range streamValue) {
    Range options = places.options;
    if (options == null) {
      long behind = streamValue.end;
      return Edit.replace(behind, behind, ",\"stream_options\":{\"include_usage\":true}");
    }
    if (places.optionsNull) {
      return Edit.replace(options.start, options.end, "{\"include_usage\":true}");
    }
    Range flag = places.includeUsage;
    if (flag != null) {
      return Edit.replace(flag.start, flag.end, "true");
    }
    long inside = options.start + 1;
    return Edit.replace(
        inside, inside, places.optionsEmpty ? "\"include_usage\":true" : "\"include_usage\":true,");
  }
}
