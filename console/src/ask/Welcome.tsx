import { Button, Title, Text } from '@mantine/core';
import { IconBooks, IconUpload } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Empty } from '../ui/parts';
import { DemonstrationButton } from './Demonstration';
import style from './ask.module.css';

/** The collection that the demonstration makes. */
const DEMONSTRATION = 'gimbal-docs';
const examples = ['ask.try.1', 'ask.try.2', 'ask.try.3'] as const;

export function Welcome({ collection, ask }: { collection: string; ask: (question: string) => void }) {
  const { t } = useLanguage();
  return (
    <div className={style.welcome}>
      <Title order={2} size="h1">{t('ask.lead')}</Title>
      <Text c="dimmed">{t('ask.lead.text')}</Text>
      {collection === DEMONSTRATION && (
        <div className={style.examples}>
          <Text size="xs" c="dimmed">{t('ask.try')}</Text>
          {examples.map((key) => <Button key={key} variant="default" size="sm" className={style.example} onClick={() => ask(t(key))}>{t(key)}</Button>)}
        </div>
      )}
    </div>
  );
}

/** Before there are documents: what to do first. */
export function NothingToAsk() {
  const { t } = useLanguage();
  const { may } = useSession();
  const [, go] = useLocation();
  const writes = may('documents.write');
  return (
    <>
      <h1 className="g-visually-hidden">{t('ask.title')}</h1>
      <Empty icon={IconBooks} title={t('ask.empty.title')} actions={writes && (
        <div className={style.first}>
          <div className={style.firstButtons}>
            <Button leftSection={<IconUpload size={16} aria-hidden />} onClick={() => go('/library')} data-testid="add-documents">{t('ask.empty.add')}</Button>
            <DemonstrationButton onReady={(made) => go(`/ask?collection=${made}`)} />
          </div>
          <Text size="sm" c="dimmed">{t('ask.empty.demo')}: {t('ask.empty.demo.text')}</Text>
        </div>
      )}>
        {t('ask.empty.text')} {!writes && t('ask.empty.viewer')}
      </Empty>
    </>
  );
}
