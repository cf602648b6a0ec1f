import { Fragment, useMemo, type ReactNode } from 'react';
import { parseMarkdown, type Block, type Inline } from './parse';
import style from './Markdown.module.css';

interface Props {
  source: string;
  markers?: ReadonlySet<string>;
  /** Draws a citation that stands in the text. */
  citation?: (marker: string) => ReactNode;
}

const NONE: ReadonlySet<string> = new Set();

/** Untrusted Markdown: no HTML, no images, links with their address in sight. */
export function Markdown({ source, markers = NONE, citation = (marker) => `[${marker}]` }: Props) {
  const blocks = useMemo(() => parseMarkdown(source, markers), [source, markers]);
  return <div className={style.body}>{blocks.map((block, at) => <Fragment key={at}>{drawBlock(block, citation)}</Fragment>)}</div>;
}

type Cite = (marker: string) => ReactNode;

const drawAll = (inlines: Inline[], cite: Cite) => inlines.map((inline, at) => <Fragment key={at}>{drawInline(inline, cite)}</Fragment>);
const drawBlocks = (blocks: Block[], cite: Cite) => blocks.map((block, at) => <Fragment key={at}>{drawBlock(block, cite)}</Fragment>);

function drawBlock(block: Block, cite: Cite): ReactNode {
  switch (block.is) {
    case 'paragraph':
      return <p>{drawAll(block.children, cite)}</p>;
    case 'heading':
      // The page has its own headings; an answer's stand below them.
      return <p className={style.heading} role="heading" aria-level={Math.min(6, block.level + 2)}>{drawAll(block.children, cite)}</p>;
    case 'code':
      return <pre tabIndex={0}><code>{block.text}</code></pre>;
    case 'rule':
      return <hr />;
    case 'quote':
      return <blockquote>{drawBlocks(block.children, cite)}</blockquote>;
    case 'list': {
      const items = block.items.map((item, at) => <li key={at}>{drawBlocks(item, cite)}</li>);
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return (
        <div className={style.table} role="group" tabIndex={0}>
          <table>
            <thead><tr>{block.head.map((cell, at) => <th key={at}>{drawAll(cell, cite)}</th>)}</tr></thead>
            <tbody>
              {block.rows.map((row, at) => <tr key={at}>{row.map((cell, column) => <td key={column}>{drawAll(cell, cite)}</td>)}</tr>)}
            </tbody>
          </table>
        </div>
      );
  }
}

function drawInline(inline: Inline, cite: Cite): ReactNode {
  switch (inline.is) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'strong':
      return <strong>{drawAll(inline.children, cite)}</strong>;
    case 'emphasis':
      return <em>{drawAll(inline.children, cite)}</em>;
    case 'break':
      return <br />;
    case 'citation':
      return cite(inline.marker);
    case 'image':
      return <span className={style.image}>{inline.text}{inline.address && <code>{inline.address}</code>}</span>;
    case 'link':
      return <Link address={inline.address}>{drawAll(inline.children, cite)}</Link>;
  }
}

/** What a link says and where it leads may differ, so both are shown. */
function Link({ address, children }: { address: string; children: ReactNode }) {
  const same = Array.isArray(children) && children.length === 1 && textOf(children[0]) === address;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow">
      {children}
      {!same && <span className={style.address}> ({address})</span>}
    </a>
  );
}

function textOf(node: unknown): unknown {
  return (node as { props?: { children?: unknown } }).props?.children;
}
