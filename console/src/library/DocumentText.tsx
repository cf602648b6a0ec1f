import { Text } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import { useLanguage } from '../i18n/language';
import { stretches } from './ranges';
import style from './library.module.css';

/** The text of a version with a range in code points marked and brought into sight. */
export function DocumentText({ text, range, testId = 'document-text' }: { text: string; range?: { start: number; end: number } | undefined; testId?: string }) {
  const { t } = useLanguage();
  const start = range?.start;
  const end = range?.end;
  const parts = useMemo(() => stretches(text, start === undefined || end === undefined ? undefined : { start, end }), [text, start, end]);
  const marked = parts.some((part) => part.some((piece) => piece.marked));
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const mark = box.current?.querySelector('mark');
    mark?.scrollIntoView({ block: 'center' });
  }, [parts]);

  if (text === '') return <Text c="dimmed" size="sm">{t('document.notext')}</Text>;
  return (
    <>
      {range && !marked && <Text size="sm" c="dimmed" mb="xs">{t('document.cited.gone')}</Text>}
      <div ref={box} className={style.text} dir="auto" data-testid={testId}>
        {parts.map((part, at) => (
          <div key={at} className={style.stretch} data-marked={part.some((piece) => piece.marked) || undefined}>
            {part.map((piece, place) => (piece.marked ? <mark key={place} data-testid="cited">{piece.text}</mark> : <span key={place}>{piece.text}</span>))}
          </div>
        ))}
      </div>
    </>
  );
}
