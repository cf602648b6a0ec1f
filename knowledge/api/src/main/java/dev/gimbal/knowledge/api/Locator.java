package dev.gimbal.knowledge.api;

import org.jspecify.annotations.Nullable;

/// Where in its document a passage stands, as a person would say it. What a format does not have is
/// null.
///
/// @param page from 1
/// @param slide from 1
/// @param sheet name of the sheet
/// @param cells as in `A1:D20`
/// @param section the headings above it, joined by ` > `
/// @param line from 1
public record Locator(
    @Nullable Integer page,
    @Nullable Integer slide,
    @Nullable String sheet,
    @Nullable String cells,
    @Nullable String section,
    @Nullable Integer line) {

  /// Nothing is known.
  public static final Locator NONE = new Locator(null, null, null, null, null, null);
}
