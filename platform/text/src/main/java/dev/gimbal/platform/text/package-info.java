/// What a text is made of: tokens, language, sentences, code points. Depends on the JDK only.
@NullMarked
package dev.gimbal.platform.text;

import org.jspecify.annotations.NullMarked;
