/**
 * A safe subset of Markdown as a tree, for text that a model or a document wrote: nothing in it is trusted. HTML is text.
 * An image is its alternative text, never loaded. A link shows its address, and only http, https and mailto are links at all.
 */
export type Inline =
  | { is: 'text'; text: string }
  | { is: 'code'; text: string }
  | { is: 'strong' | 'emphasis'; children: Inline[] }
  | { is: 'link'; address: string; children: Inline[] }
  | { is: 'image'; address: string; text: string }
  | { is: 'break' }
  | { is: 'citation'; marker: string };

export type Block =
  | { is: 'paragraph'; children: Inline[] }
  | { is: 'heading'; level: number; children: Inline[] }
  | { is: 'code'; text: string }
  | { is: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { is: 'quote'; children: Block[] }
  | { is: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { is: 'rule' };

/** Deeper nesting than this is shown as text: no answer needs it, and it bounds the recursion. */
const DEEPEST = 8;

const BULLET = /^( {0,3})([-*+]|\d{1,9}[.)])\s+(.*)$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

export function parseMarkdown(source: string, markers: ReadonlySet<string>): Block[] {
  return blocks(source.replace(/\r\n?/g, '\n').split('\n'), markers, 0);
}

function blocks(lines: string[], markers: ReadonlySet<string>, depth: number): Block[] {
  const found: Block[] = [];
  let at = 0;
  const here = () => lines[at] ?? '';
  while (at < lines.length) {
    const line = here();
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
    const fence = FENCE.exec(line);
    if (line.trim() === '') {
      at++;
    } else if (fence?.[1]) {
      const end = lines.findIndex((other, index) => index > at && other.trim().startsWith(fence[1] ?? ''));
      found.push({ is: 'code', text: lines.slice(at + 1, end < 0 ? undefined : end).join('\n') });
      at = end < 0 ? lines.length : end + 1;
    } else if (heading) {
      found.push({ is: 'heading', level: heading[1]?.length ?? 1, children: inlines(heading[2] ?? '', markers) });
      at++;
    } else if (/^ {0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) {
      found.push({ is: 'rule' });
      at++;
    } else if (/^ {0,3}>/.test(line) && depth < DEEPEST) {
      const quoted: string[] = [];
      while (at < lines.length && /^ {0,3}>/.test(here())) {
        quoted.push(here().replace(/^ {0,3}> ?/, ''));
        at++;
      }
      found.push({ is: 'quote', children: blocks(quoted, markers, depth + 1) });
    } else if (BULLET.test(line) && depth < DEEPEST) {
      const taken = list(lines, at, markers, depth);
      found.push(taken.block);
      at = taken.next;
    } else if (isTable(lines, at)) {
      const head = cells(line).map((cell) => inlines(cell, markers));
      const rows: Inline[][][] = [];
      at += 2;
      while (at < lines.length && here().includes('|') && here().trim() !== '') {
        rows.push(cells(here()).map((cell) => inlines(cell, markers)));
        at++;
      }
      found.push({ is: 'table', head, rows });
    } else {
      const paragraph = [line];
      at++;
      while (at < lines.length && here().trim() !== '' && !startsBlock(lines, at)) {
        paragraph.push(here());
        at++;
      }
      found.push({ is: 'paragraph', children: inlines(paragraph.join('\n'), markers) });
    }
  }
  return found;
}

function startsBlock(lines: string[], at: number): boolean {
  const line = lines[at] ?? '';
  return FENCE.test(line) || /^ {0,3}(#{1,6}\s|>)/.test(line) || BULLET.test(line) || isTable(lines, at);
}

function isTable(lines: string[], at: number): boolean {
  return (lines[at] ?? '').includes('|') && /^[\s|:-]*-[\s|:-]*$/.test(lines[at + 1] ?? '') && (lines[at + 1] ?? '').includes('|');
}

function cells(line: string): string[] {
  return line.trim().replace(/^\|/, '').replace(/(?<!\\)\|$/, '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function list(lines: string[], from: number, markers: ReadonlySet<string>, depth: number): { block: Block; next: number } {
  const first = BULLET.exec(lines[from] ?? '');
  const ordered = /\d/.test(first?.[2] ?? '');
  const items: string[][] = [];
  let at = from;
  let indent = 2;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const bullet = BULLET.exec(line);
    if (bullet && (bullet[1] ?? '').length < 2 && /\d/.test(bullet[2] ?? '') === ordered) {
      items.push([bullet[3] ?? '']);
      indent = (bullet[2] ?? '').length + 1;
    } else if (/^\s+\S/.test(line) || (line.trim() === '' && /^ {2,}\S/.test(lines[at + 1] ?? ''))) {
      items.at(-1)?.push(line.replace(new RegExp(`^ {0,${indent}}`), ''));
    } else {
      break;
    }
    at++;
  }
  const block: Block = {
    is: 'list',
    ordered,
    start: ordered ? Number.parseInt(first?.[2] ?? '1', 10) : 1,
    items: items.map((item) => blocks(item, markers, depth + 1)),
  };
  return { block, next: at };
}

/** `https://…` and `mailto:…` alone may be followed; anything else, `javascript:` among it, stays text. */
export function safeAddress(address: string): string | undefined {
  return /^(https?:\/\/|mailto:)[^\s<>"]+$/i.test(address) ? address : undefined;
}

const PIECE =
  /\\([\\`*_{}[\]()#+\-.!|<>~])|(`+)([\s\S]*?[^`])\2(?!`)|!\[([^\]\n]*)\]\(([^)\s]*)[^)\n]*\)|\[([^\]\n]+)\]\(([^)\s]*)[^)\n]*\)|\[(\d{1,3})\]|(\*\*|__)(?=\S)([\s\S]*?\S)\9|(\*|_)(?=\S)([^*_\n]*?\S)\11(?![\w*])|(https?:\/\/[^\s<>"'）)\]，。；]+)|( {2,}|\\)\n/;

export function inlines(source: string, markers: ReadonlySet<string>, depth = 0): Inline[] {
  const found: Inline[] = [];
  let rest = source;
  const text = (value: string) => {
    const last = found.at(-1);
    if (last?.is === 'text') last.text += value;
    else if (value) found.push({ is: 'text', text: value });
  };
  while (rest) {
    const match = depth < DEEPEST ? PIECE.exec(rest) : null;
    if (!match) {
      text(rest);
      break;
    }
    text(rest.slice(0, match.index));
    // An underscore inside a word (as in snake_case) emphasises nothing.
    const inWord = match[11] === '_' && /\w$/.test(rest.slice(0, match.index));
    if (inWord) {
      text('_');
      rest = rest.slice(match.index + 1);
      continue;
    }
    const piece = inline(match, markers, depth);
    if (piece.is === 'text') text(piece.text);
    else found.push(piece);
    rest = rest.slice(match.index + match[0].length);
  }
  return found;
}

function inline(match: RegExpExecArray, markers: ReadonlySet<string>, depth: number): Inline {
  const [whole, escaped, , code, alt, image, label, target, marker, , strong, , emphasis, bare] = match;
  if (escaped !== undefined) return { is: 'text', text: escaped };
  if (code !== undefined) return { is: 'code', text: code.trim() };
  if (image !== undefined) return { is: 'image', address: image, text: alt ?? '' };
  if (label !== undefined) {
    const address = safeAddress(target ?? '');
    return address ? { is: 'link', address, children: inlines(label, new Set(), depth + 1) } : { is: 'text', text: whole };
  }
  if (marker !== undefined) return markers.has(marker) ? { is: 'citation', marker } : { is: 'text', text: whole };
  if (strong !== undefined) return { is: 'strong', children: inlines(strong, markers, depth + 1) };
  if (emphasis !== undefined) return { is: 'emphasis', children: inlines(emphasis, markers, depth + 1) };
  if (bare !== undefined) return { is: 'link', address: bare, children: [{ is: 'text', text: bare }] };
  return { is: 'break' };
}
