import { Button, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconSearch, IconZoomExclamation } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../api/client';
import { paths } from '../api/queries';
import type { Retrieval, SearchAnswer } from '../api/types';
import { useLanguage } from '../i18n/language';
import { Empty, Loaded } from '../ui/parts';
import { locatorText, placeAddress } from './place';
import style from './library.module.css';
import ui from '../ui/ui.module.css';

const kinds = ['hybrid', 'keyword', 'vector'] as const;

/** Passages as an answer would find them. */
export function Search({ collection }: { collection: string }) {
  const { t, format } = useLanguage();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const [retrieval, setRetrieval] = useState<Retrieval>('hybrid');
  const answer = useQuery({
    queryKey: ['search', collection, asked, retrieval],
    queryFn: () => api.post<SearchAnswer>(`${paths.collection(collection)}/search`, { query: asked, retrieval, limit: 20 }),
    enabled: asked !== '',
    gcTime: 30_000,
  });
  return (
    <>
      <form className={ui.filters} role="search" onSubmit={(event) => {
        event.preventDefault();
        setAsked(text.trim());
      }}>
        <TextInput leftSection={<IconSearch size={15} aria-hidden />} aria-label={t('search.query')} placeholder={t('search.placeholder')} value={text}
          onChange={(event) => setText(event.currentTarget.value)} style={{ flex: '1 1 240px' }} data-testid="search-query" />
        <SegmentedControl size="xs" value={retrieval} onChange={(chosen) => setRetrieval(chosen as Retrieval)} aria-label={t('ask.retrieval')}
          data={kinds.map((kind) => ({ value: kind, label: t(`ask.retrieval.${kind}`) }))} />
        <Button type="submit" disabled={text.trim() === ''} data-testid="search-submit">{t('search.submit')}</Button>
      </form>
      {asked === '' ? <Text c="dimmed" size="sm">{t('search.start')}</Text> : (
        <Loaded query={answer}>
          {({ results, trace }) => results.length === 0 ? <Empty icon={IconZoomExclamation} title={t('search.none')}>{t('search.none.text')}</Empty> : (
            <>
              <Text size="xs" c="dimmed" mb="xs" role="status">{t('search.found', { n: results.length })}{trace && <> · <Link href={`/traces/${trace}`}>{t('ask.trace')}</Link></>}</Text>
              <ol className={style.results} data-testid="results">
                {results.map((result) => (
                  <li key={`${result.document}-${result.start}-${result.end}`}>
                    <div className={style.resultHead}>
                      <Link href={placeAddress(collection, result)}>{result.title || result.document}</Link>
                      <Text size="xs" c="dimmed" span>{locatorText(result.locator, t)}</Text>
                      <Text size="xs" c="dimmed" span ml="auto" className={ui.nowrap}>{t('search.score', { n: format.number(result.score, 3) })}</Text>
                    </div>
                    <Text size="sm" lineClamp={4} className={style.passage}>{result.text}</Text>
                  </li>
                ))}
              </ol>
            </>
          )}
        </Loaded>
      )}
    </>
  );
}
