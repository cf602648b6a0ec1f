/// Personal data and secrets in text: patterns with check digits, and forms beside words.
@NullMarked
package dev.gimbal.platform.text.sensitive;

import org.jspecify.annotations.NullMarked;
