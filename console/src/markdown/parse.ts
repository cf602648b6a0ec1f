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
    const heading = /^ {0,3}(#{1,6})\s+(.*)$/.exec(line);
    const fence = FENCE.exec(line);
    if (line.trim() === '') {
      at++;
    } else if (fence?.[1]) {
      const end = lines.findIndex((other, index) => index > at && other.trim().startsWith(fence[1] ?? ''));
      found.push({ is: 'code', text: lines.slice(at + 1, end < 0 ? undefined : end).join('\n') });
      // A quote may end with a fence, and its marker stands behind it in the same line.
      const rest = end < 0 ? '' : (lines[end] ?? '').trim().replace(/^(`+|~+)/, '').trim();
      if (rest !== '') found.push({ is: 'paragraph', children: inlines(rest, markers) });
      at = end < 0 ? lines.length : end + 1;
    } else if (heading) {
      found.push({ is: 'heading', level: heading[1]?.length ?? 1, children: inlines(withoutHashes(heading[2] ?? ''), markers) });
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
  const under = lines[at + 1] ?? '';
  return (lines[at] ?? '').includes('|') && under.includes('|') && under.includes('-') && /^[\s|:-]+$/.test(under);
}

/** `# Title ##` is the title alone. */
function withoutHashes(text: string): string {
  const trimmed = text.trimEnd();
  let end = trimmed.length;
  while (trimmed[end - 1] === '#') end--;
  return end === 0 || trimmed[end - 1] === ' ' ? trimmed.slice(0, end).trimEnd() : trimmed;
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

/** How far a closing sign is looked for: longer than any sentence, and it keeps the work linear in the text. */
const REACH = 1_500;

/** Reads the stretches inside a line or paragraph from left to right, without a backtracking pattern. */
class Reader {
  private readonly found: Inline[] = [];
  private at = 0;

  constructor(
    private readonly source: string,
    private readonly markers: ReadonlySet<string>,
    private readonly depth: number,
  ) {}

  read(): Inline[] {
    if (this.depth >= DEEPEST) return this.source ? [{ is: 'text', text: this.source }] : [];
    while (this.at < this.source.length) {
      const rest = SPECIAL.exec(this.source.slice(this.at, this.at + REACH));
      const plain = rest ? rest.index : Math.min(REACH, this.source.length - this.at);
      this.text(this.source.slice(this.at, this.at + plain));
      this.at += plain;
      if (rest && !this.special()) {
        this.text(this.source[this.at] ?? '');
        this.at++;
      }
    }
    return this.found;
  }

  private special(): boolean {
    switch (this.source[this.at]) {
      case '\\':
        return this.escape();
      case '`':
        return this.code();
      case '!':
        return this.source[this.at + 1] === '[' && this.bracket(1, (text, address) => ({ is: 'image', address, text }));
      case '[':
        return this.citation() || this.link();
      case '*':
      case '_':
        return this.emphasis();
      case '\n':
        return this.lineBreak();
      default:
        return this.bareAddress();
    }
  }

  private text(value: string): void {
    const last = this.found.at(-1);
    if (last?.is === 'text') last.text += value;
    else if (value) this.found.push({ is: 'text', text: value });
  }

  private put(inline: Inline, length: number): true {
    this.found.push(inline);
    this.at += length;
    return true;
  }

  private escape(): boolean {
    const next = this.source[this.at + 1];
    if (next === '\n') return this.put({ is: 'break' }, 2);
    if (next === undefined || !/[\\`*_{}[\]()#+\-.!|<>~]/.test(next)) return false;
    this.text(next);
    this.at += 2;
    return true;
  }

  private code(): boolean {
    const window = this.source.slice(this.at, this.at + REACH);
    const ticks = /^`+/.exec(window)?.[0] ?? '';
    for (let from = ticks.length; from < window.length; ) {
      const start = window.indexOf('`', from);
      if (start < 0) break;
      let end = start;
      while (window[end] === '`') end++;
      if (end - start === ticks.length) return this.put({ is: 'code', text: window.slice(ticks.length, start).trim() }, end);
      from = end;
    }
    this.text(ticks);
    this.at += ticks.length;
    return true;
  }

  private citation(): boolean {
    const marker = /^\[(\d{1,3})\]/.exec(this.source.slice(this.at, this.at + 5))?.[1];
    return marker !== undefined && this.markers.has(marker) && this.put({ is: 'citation', marker }, marker.length + 2);
  }

  private link(): boolean {
    return this.bracket(0, (label, target) => {
      const address = safeAddress(target);
      return address && { is: 'link', address, children: inlines(label, new Set(), this.depth + 1) };
    });
  }

  /** `[label](target "title")`, `offset` characters on; what is not of this form, or what `make` refuses, stays text. */
  private bracket(offset: number, make: (label: string, target: string) => Inline | undefined | '' ): boolean {
    const window = this.source.slice(this.at + offset, this.at + offset + REACH);
    const close = window.indexOf('](');
    const end = close < 0 ? -1 : window.indexOf(')', close);
    if (close < 1 || end < 0) return false;
    const label = window.slice(1, close);
    const target = window.slice(close + 2, end).trim().split(/\s/, 1)[0] ?? '';
    if (/[[\]\n]/.test(label)) return false;
    const made = make(label, target);
    return Boolean(made) && this.put(made as Inline, offset + end + 1);
  }

  private emphasis(): boolean {
    const sign = this.source[this.at] ?? '';
    const double = this.source[this.at + 1] === sign;
    const mark = double ? sign + sign : sign;
    const inner = this.source.slice(this.at + mark.length, this.at + mark.length + REACH);
    // An underscore inside a word (as in snake_case) emphasises nothing.
    const inWord = sign === '_' && /[\p{L}\p{N}]/u.test(this.source[this.at - 1] ?? '');
    const close = inWord || /^\s|^$/.test(inner) ? -1 : closing(inner, mark);
    if (close < 1) {
      this.text(mark);
      this.at += mark.length;
      return true;
    }
    const children = inlines(inner.slice(0, close), this.markers, this.depth + 1);
    return this.put({ is: double ? 'strong' : 'emphasis', children }, close + 2 * mark.length);
  }

  private lineBreak(): boolean {
    const last = this.found.at(-1);
    if (last?.is !== 'text' || !last.text.endsWith('  ')) return false;
    last.text = last.text.trimEnd();
    return this.put({ is: 'break' }, 1);
  }

  private bareAddress(): boolean {
    const address = /^https?:\/\/[^\s<>"'）)\]，。；]+/.exec(this.source.slice(this.at, this.at + REACH))?.[0]?.replace(/[.,;:!?]+$/, '');
    if (!address || /\w/.test(this.source[this.at - 1] ?? '')) return false;
    return this.put({ is: 'link', address, children: [{ is: 'text', text: address }] }, address.length);
  }
}

const SPECIAL = /[\\`![*_\n]|https?:\/\//;

/** Where `mark` closes in `inner`: after a character that is no space, and for a single sign not beside another. */
function closing(inner: string, mark: string): number {
  for (let at = inner.indexOf(mark, 1); at > 0; at = inner.indexOf(mark, at + 1)) {
    const alone = mark.length === 2 || (inner[at + 1] !== mark && inner[at - 1] !== mark);
    const endsWord = mark !== '_' || !/[\p{L}\p{N}]/u.test(inner[at + 1] ?? '');
    if (alone && endsWord && !/\s/.test(inner[at - 1] ?? '')) return at;
  }
  return -1;
}

export function inlines(source: string, markers: ReadonlySet<string>, depth = 0): Inline[] {
  return new Reader(source, markers, depth).read();
}
