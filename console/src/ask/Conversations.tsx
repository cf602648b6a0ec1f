import { ActionIcon, Button, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import { useCollections, useConversations } from '../api/queries';
import type { ConversationSummary } from '../api/types';
import { useLanguage } from '../i18n/language';
import { Confirm, Growing } from '../ui/parts';
import style from './ask.module.css';

export function Conversations({ current }: { current: string | undefined }) {
  const { t, format } = useLanguage();
  const list = useConversations();
  const collections = useCollections();
  const client = useQueryClient();
  const [, go] = useLocation();
  const [deleting, setDeleting] = useState<ConversationSummary>();
  const titleOf = (one: ConversationSummary) => one.title || t('ask.conversation.untitled');
  const collectionTitle = (one: ConversationSummary) => {
    const found = collections.data?.find((other) => other.id === one.collection || other.name === one.collection);
    return found?.title || found?.name || one.collection;
  };
  return (
    <>
      <Button variant="default" fullWidth size="xs" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => go('/ask')} data-testid="new-conversation">{t('ask.new')}</Button>
      <Growing list={list} empty={<Text size="xs" c="dimmed" mt="md">{t('ask.conversations.none')}</Text>}>
        {(items) => (
          <ul className={style.conversations} data-testid="conversations">
            {items.map((one) => (
              <li key={one.id} className={style.conversation} data-here={one.id === current || undefined}>
                <Link href={`/ask/${segment(one.id)}`} aria-current={one.id === current ? 'page' : undefined}>
                  <span className={style.conversationTitle}>{titleOf(one)}</span>
                  <span className={style.conversationSub}>{collectionTitle(one)} · {format.ago(one.updated)}</span>
                </Link>
                <ActionIcon variant="subtle" color="gray" size="sm" className={style.conversationDelete} aria-label={`${t('ask.conversation.delete')}: ${titleOf(one)}`} onClick={() => setDeleting(one)}><IconTrash size={14} /></ActionIcon>
              </li>
            ))}
          </ul>
        )}
      </Growing>
      {deleting && (
        <Confirm title={t('ask.conversation.delete')} text={t('ask.conversation.delete.text', { title: titleOf(deleting) })} action={t('common.delete')} onClose={() => setDeleting(undefined)}
          run={async () => {
            await api.delete(`conversations/${segment(deleting.id)}`);
            await client.invalidateQueries({ queryKey: ['conversations'] });
            if (deleting.id === current) go('/ask');
          }} />
      )}
    </>
  );
}
