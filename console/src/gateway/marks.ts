/** A stretch of the text that was tried: as it was, and what would stand in its place (undefined: it would go on as it is). */
export interface Stretch {
  text: string;
  by?: string;
}

/** Beyond this many comparisons the middle is shown as one replacement. */
const MOST_CELLS = 4_000_000;

/** A redacting guard's labels and pseudonyms: `[email]`, `<PERSON_1>`. */
const LABEL = /\[[a-z][a-z ]*\]|<[A-Z][A-Z_]*_\d+>/g;

/**
 * Which stretches of `before` gave way to what in `after`. The server says the text that would go on, not the ranges, so
 * they are found by aligning the two.
 */
export function replaced(before: string, after: string): Stretch[] {
  const from = tokens(before);
  const to = tokens(after);
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start++;
  let end = 0;
  while (end < from.length - start && end < to.length - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  const head = from.slice(0, start).join('');
  const tail = end > 0 ? from.slice(-end).join('') : '';
  const middle = align(from.slice(start, from.length - end), to.slice(start, to.length - end));
  return joined([{ text: head }, ...middle, { text: tail }]);
}

/** Labels as one, everything else by code point. */
function tokens(text: string): string[] {
  const all: string[] = [];
  let at = 0;
  for (const found of text.matchAll(LABEL)) {
    all.push(...text.slice(at, found.index), found[0]);
    at = found.index + found[0].length;
  }
  return [...all, ...text.slice(at)];
}

function align(from: string[], to: string[]): Stretch[] {
  if (from.length === 0 && to.length === 0) return [];
  if (from.length * to.length > MOST_CELLS) return [{ text: from.join(''), by: to.join('') }];
  const width = to.length + 1;
  const longest = new Uint32Array((from.length + 1) * width);
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      longest[i * width + j] = from[i] === to[j] ? 1 + longest[(i + 1) * width + j + 1]! : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  const stretches: Stretch[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      stretches.push({ text: from[i]! });
      i++;
      j++;
    } else if (j < to.length && (i === from.length || longest[i * width + j + 1]! > longest[(i + 1) * width + j]!)) stretches.push({ text: '', by: to[j++]! });
    else stretches.push({ text: from[i++]!, by: '' });
  }
  return stretches;
}

/** Neighbours of a kind as one; letters that by chance stand both in a secret and beside a label belong to the secret. */
function joined(stretches: Stretch[]): Stretch[] {
  const all: Stretch[] = [];
  for (const one of stretches) {
    const last = all.at(-1);
    if (last && (last.by === undefined) === (one.by === undefined)) {
      last.text += one.text;
      if (one.by !== undefined) last.by += one.by;
    } else if (one.text !== '' || one.by) all.push({ ...one });
  }
  return all;
}
