import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Markdown } from './Markdown';
import { parseMarkdown } from './parse';

const draw = (source: string, markers: string[] = []) =>
  render(<Markdown source={source} markers={new Set(markers)} citation={(marker) => <button type="button">{marker}</button>} />).container;

describe('untrusted Markdown', () => {
  it('should show HTML as text and make no element of it', () => {
    const box = draw('before <script>alert(1)</script> <img src=x onerror=alert(1)> after');
    expect(box.querySelector('script, img')).toBeNull();
    expect(box.textContent).toContain('<script>alert(1)</script>');
  });

  it('should keep the marker behind a quote that ends with a fence', () => {
    const box = draw('```\nrun it\n``` [1]\n\nmore', ['1']);
    expect(box.querySelector('button')?.textContent).toBe('1');
    expect(box.querySelector('pre')?.textContent).toBe('run it');
  });

  it('should never load an image, only name it and its address', () => {
    const box = draw('![a chart](https://example.com/track.png "t")');
    expect(box.querySelector('img')).toBeNull();
    expect(box.textContent).toBe('a charthttps://example.com/track.png');
  });

  it('should show where a link leads and give away nothing', () => {
    draw('[your bank](https://evil.example/login)');
    const link = screen.getByRole('link');
    expect(link.textContent).toBe('your bank (https://evil.example/login)');
    expect(link.getAttribute('rel')).toContain('noopener');
  });

  it('should make no link of an address that runs something', () => {
    for (const address of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '//evil.example', '/keys']) {
      const box = draw(`[x](${address})`);
      expect(box.querySelector('a'), address).toBeNull();
    }
  });

  it('should draw a citation only for a marker that the answer has', () => {
    draw('One [1]. Two [7]. **Bold [1]**', ['1']);
    expect(screen.getAllByRole('button').map((one) => one.textContent)).toEqual(['1', '1']);
    expect(document.body.textContent).toContain('[7]');
  });

  it('should keep a marker inside code as code', () => {
    draw('`list[1]`', ['1']);
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('should draw lists, tables, quotes, code and headings', () => {
    const box = draw('# Top\n\n1. one\n2. two\n   - inner\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> said\n\n```\nx < y\n```\n\nsnake_case_name and *word*');
    expect(box.querySelectorAll('ol > li')).toHaveLength(2);
    expect(box.querySelector('li ul li')?.textContent).toBe('inner');
    expect(box.querySelectorAll('tbody td')).toHaveLength(2);
    expect(box.querySelector('blockquote')?.textContent).toBe('said');
    expect(box.querySelector('pre')?.textContent).toBe('x < y');
    expect(box.querySelectorAll('em')).toHaveLength(1);
    expect(screen.getByRole('heading').textContent).toBe('Top');
  });

  it('should need time in proportion to the text, however nasty it is', () => {
    const nasty = ['>', '*', '_', '[', '!', '`', '- ', '* ', '**a', '_a', '[a](', '![', '# ', '#', '-', '|', '|-', '\\', '  \n', 'http://', '`` ` ', '1. ', '[1', '**[', '*a **b'];
    for (const piece of nasty) {
      const started = performance.now();
      const blocks = parseMarkdown(`${piece.repeat(20_000)}x`, new Set(['1']));
      expect(blocks.length, piece).toBeGreaterThan(0);
      // A pattern that backtracks needs minutes for these.
      expect(performance.now() - started, piece).toBeLessThan(5_000);
    }
  });
});
