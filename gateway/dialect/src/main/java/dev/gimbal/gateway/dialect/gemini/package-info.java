/// Google's Gemini dialect: `generateContent` and `streamGenerateContent`.
@NullMarked
package dev.gimbal.gateway.dialect.gemini;

import org.jspecify.annotations.NullMarked;
