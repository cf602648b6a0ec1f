import { Badge, Button, Text, TextInput } from '@mantine/core';
import { IconBooks, IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { segment } from '../api/address';
import { useCollections } from '../api/queries';
import { useSession } from '../api/session';
import type { Collection } from '../api/types';
import { DemonstrationButton } from '../ask/Demonstration';
import { useLanguage } from '../i18n/language';
import { Empty, Loaded, Page, When } from '../ui/parts';
import { NewCollection } from './NewCollection';
import style from './library.module.css';

export default function Library() {
  const { t } = useLanguage();
  const { may } = useSession();
  const [, go] = useLocation();
  const [creating, setCreating] = useState(false);
  const collections = useCollections();
  const create = may('collections.write') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)} data-testid="new-collection">{t('library.new')}</Button>
  );
  return (
    <Page title={t('library.title')} lead={t('library.lead')} actions={create}>
      <Loaded query={collections}>
        {(all) => all.length > 0 ? <Collections all={all} /> : (
          <Empty icon={IconBooks} title={t('library.empty.title')} actions={may('documents.write') && <>{create}<DemonstrationButton /></>}>
            {may('collections.write') ? t('library.empty.text') : t('library.empty.viewer')}
          </Empty>
        )}
      </Loaded>
      {creating && <NewCollection onClose={() => setCreating(false)} onCreated={(made) => go(`/library/${segment(made.name)}`)} />}
    </Page>
  );
}

function Collections({ all }: { all: Collection[] }) {
  const { t } = useLanguage();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = all.filter((one) => `${one.name} ${one.title ?? ''} ${one.description ?? ''}`.toLowerCase().includes(wanted));
  return (
    <>
      {all.length > 8 && (
        <TextInput leftSection={<IconSearch size={15} aria-hidden />} aria-label={t('library.filter')} placeholder={t('library.filter')} value={text}
          onChange={(event) => setText(event.currentTarget.value)} maw={320} mb="md" />
      )}
      {shown.length === 0 && <Text c="dimmed" size="sm">{t('library.nomatch', { text })}</Text>}
      <ul className={style.collections} data-testid="collections">
        {shown.map((one) => (
          <li key={one.id} className={style.collection}>
            <div className={style.collectionHead}>
              <Link href={`/library/${segment(one.name)}`} className={style.collectionName}>{one.title || one.name}</Link>
              {one.language && <Badge color="gray" size="sm">{one.language}</Badge>}
            </div>
            {one.title && <Text size="xs" c="dimmed" className="g-mono">{one.name}</Text>}
            {one.description && <Text size="sm" lineClamp={2} className={style.description}>{one.description}</Text>}
            <Text size="xs" c="dimmed" className={style.counts}>
              <span>{t('library.documents', { n: one.documents })}</span>
              <span>{t('library.passages', { n: one.passages })}</span>
              <span><When at={one.created} /></span>
            </Text>
          </li>
        ))}
      </ul>
    </>
  );
}
