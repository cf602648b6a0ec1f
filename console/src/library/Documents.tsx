import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFileText, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { segment } from '../api/address';
import { useDocuments } from '../api/queries';
import type { Document } from '../api/types';
import { useLanguage } from '../i18n/language';
import { Empty, Growing, When } from '../ui/parts';
import { State } from './State';
import ui from '../ui/ui.module.css';

const states = ['waiting', 'working', 'ready', 'failed'] as const;
const UNDER_WAY_MS = 2_500;

export function Documents({ collection }: { collection: string }) {
  const { t } = useLanguage();
  const [state, setState] = useState<string | null>('');
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text.trim(), 250);
  const [under, setUnder] = useState(false);
  const list = useDocuments(collection, { state: state || undefined, text: wanted || undefined }, under ? UNDER_WAY_MS : false);
  const working = list.items.some((one) => one.state === 'waiting' || one.state === 'working');
  if (working !== under) setUnder(working);
  const filtered = Boolean(state || wanted);

  return (
    <>
      <div className={ui.filters}>
        <TextInput leftSection={<IconSearch size={15} aria-hidden />} aria-label={t('documents.filter')} placeholder={t('documents.filter')} value={text}
          onChange={(event) => setText(event.currentTarget.value)} style={{ flex: '1 1 200px', maxWidth: 340 }} data-testid="documents-filter" />
        <Select aria-label={t('documents.state')} value={state} onChange={setState} allowDeselect={false} w={150} data-testid="documents-state"
          data={[{ value: '', label: t('common.all') }, ...states.map((one) => ({ value: one, label: t(`state.${one}`) }))]} />
      </div>
      <Growing list={list} empty={filtered
        ? <Empty icon={IconSearch} title={t('documents.nomatch')} />
        : <Empty icon={IconFileText} title={t('documents.empty.title')}>{t('documents.empty.text')}</Empty>}>
        {(documents) => <Table collection={collection} documents={documents} />}
      </Growing>
    </>
  );
}

function Table({ collection, documents }: { collection: string; documents: Document[] }) {
  const { t, format } = useLanguage();
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('documents.table')} data-testid="documents">
        <thead>
          <tr>
            <th scope="col">{t('documents.document')}</th><th scope="col">{t('documents.state')}</th><th scope="col">{t('documents.format')}</th>
            <th scope="col" className={ui.number}>{t('documents.passages')}</th><th scope="col" className={ui.number}>{t('documents.size')}</th><th scope="col">{t('documents.updated')}</th>
          </tr>
        </thead>
        <tbody>
          {documents.map((one) => (
            <tr key={one.id} data-testid="document-row">
              <td data-wide>
                <Link href={`/library/${segment(collection)}/${segment(one.id)}`}>{one.title || one.key}</Link>
                {one.title && one.title !== one.key && <div className={ui.sub}>{one.key}</div>}
                {one.error && <div className={ui.sub} style={{ color: 'var(--mantine-color-error)' }}>{one.error.message}</div>}
              </td>
              <td><State state={one.state} /></td>
              <td className={ui.nowrap}>{one.format ?? ''}</td>
              <td className={ui.number} data-label={t('documents.passages')}>{one.passages === undefined ? '' : format.number(one.passages)}</td>
              <td className={ui.number}>{one.bytes === undefined ? '' : format.bytes(one.bytes)}</td>
              <td className={ui.nowrap}><When at={one.updated} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
