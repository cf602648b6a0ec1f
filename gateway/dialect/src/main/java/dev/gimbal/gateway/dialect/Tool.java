package dev.gimbal.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// A function that the model may ask for.
///
/// @param description null: none
/// @param schema of its arguments, fields in the caller's order; null: it takes none
/// @param strict whether arguments must fit the schema; null: not said
public record Tool(
    String name,
    @Nullable String description,
    @Nullable JsonNode schema,
    @Nullable Boolean strict,
    Part.@Nullable CacheMark cache) {}
