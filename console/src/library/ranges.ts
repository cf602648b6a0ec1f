/**
 * Places in a text. The server counts code points, as a person counts characters; JavaScript strings count UTF-16 units, so
 * that a character outside the basic plane counts twice. Everything that crosses this border goes through here.
 */

/** The UTF-16 index of code point `point` (at most the text's length). */
export function utf16Index(text: string, point: number): number {
  let index = 0;
  for (let seen = 0; seen < point && index < text.length; seen++) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

export interface Piece {
  text: string;
  marked: boolean;
}

/** One stretch of lines, drawn as a unit so that the browser may skip those out of sight. */
export type Stretch = Piece[];

/** Long texts are drawn in stretches of about this many UTF-16 units, cut at line ends. */
const STRETCH = 4_000;

/**
 * Cuts a text into stretches and marks the range [start, end) in code points. A range that lies outside the text, or is
 * empty, marks nothing.
 */
export function stretches(text: string, range?: { start: number; end: number }): Stretch[] {
  const from = range ? utf16Index(text, Math.max(0, range.start)) : 0;
  const to = range ? utf16Index(text, Math.max(0, range.end)) : 0;
  const result: Stretch[] = [];
  let at = 0;
  while (at < text.length) {
    const end = stretchEnd(text, at);
    result.push(
      [
        { text: text.slice(at, clamp(from, at, end)), marked: false },
        { text: text.slice(clamp(from, at, end), clamp(to, at, end)), marked: true },
        { text: text.slice(Math.max(at, clamp(to, at, end), clamp(from, at, end)), end), marked: false },
      ].filter((piece) => piece.text !== ''),
    );
    at = end;
  }
  return result;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function stretchEnd(text: string, at: number): number {
  if (text.length - at <= STRETCH) return text.length;
  const line = text.indexOf('\n', at + STRETCH);
  if (line >= 0 && line - at < 4 * STRETCH) return line + 1;
  let end = at + 4 * STRETCH;
  // Never between the halves of a surrogate pair.
  if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end++;
  return Math.min(end, text.length);
}
