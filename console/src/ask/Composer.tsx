import { ActionIcon, Select, Text, Textarea, Tooltip } from '@mantine/core';
import { IconArrowUp, IconBooks, IconPlayerStopFilled } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Collection, Retrieval } from '../api/types';
import { useLanguage } from '../i18n/language';
import style from './ask.module.css';

const kinds = ['hybrid', 'keyword', 'vector'] as const;

interface Props {
  collections: Collection[];
  collection: string;
  /** A conversation stays with its collection. */
  fixed: boolean;
  choose: (name: string) => void;
  retrieval: Retrieval;
  setRetrieval: (retrieval: Retrieval) => void;
  busy: boolean;
  ask: (question: string) => void;
  stop: () => void;
}

export function Composer({ collections, collection, fixed, choose, retrieval, setRetrieval, busy, ask, stop }: Props) {
  const { t } = useLanguage();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);

  const submit = () => {
    const question = text.trim();
    if (busy || question === '') return;
    setText('');
    ask(question);
  };
  const key = (event: KeyboardEvent) => {
    // While an input method composes (Chinese, for one), Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form className={style.composer} onSubmit={(event) => {
      event.preventDefault();
      submit();
    }}>
      <div className={style.box}>
        <Textarea ref={field} variant="unstyled" autosize minRows={1} maxRows={8} value={text} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={key}
          placeholder={t('ask.placeholder')} aria-label={t('ask.question')} className={style.field} data-testid="question" />
        <div className={style.controls}>
          {fixed ? <span className={style.fixed} title={t('ask.collection')} data-testid="collection-fixed"><IconBooks size={15} aria-hidden /><span className="g-ellipsis">{collections.find((one) => one.name === collection)?.title || collection}</span></span> : <Select size="xs" variant="filled" aria-label={t('ask.collection')} value={collection} onChange={(name) => name && choose(name)} allowDeselect={false} searchable={collections.length > 8}
            data={collections.map((one) => ({ value: one.name, label: one.title || one.name }))} className={style.collection} comboboxProps={{ width: 'max-content', position: 'top-start' }} data-testid="collection" />}
          <Select size="xs" variant="filled" aria-label={t('ask.retrieval')} value={retrieval} onChange={(kind) => kind && setRetrieval(kind as Retrieval)} allowDeselect={false}
            data={kinds.map((kind) => ({ value: kind, label: t(`ask.retrieval.${kind}`) }))} className={style.retrieval} comboboxProps={{ position: 'top-start' }} />
          <Text size="xs" c="dimmed" className={style.hint}>{t('ask.hint')}</Text>
          {busy ? (
            <Tooltip label={t('ask.stop')}><ActionIcon size={32} color="brass" variant="light" onClick={stop} aria-label={t('ask.stop')} data-testid="stop"><IconPlayerStopFilled size={15} /></ActionIcon></Tooltip>
          ) : (
            <Tooltip label={t('ask.send')}><ActionIcon size={32} type="submit" variant="filled" disabled={text.trim() === ''} aria-label={t('ask.send')} data-testid="send"><IconArrowUp size={18} /></ActionIcon></Tooltip>
          )}
        </div>
      </div>
    </form>
  );
}
