import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api } from '../api/client';
import { asApiError, type ApiError } from '../api/errors';
import { documentsChanged } from '../api/queries';
import type { Collection } from '../api/types';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';

/** As the server's slugs are. */
const SLUG = /^[a-z0-9][a-z0-9._:-]{0,99}$/;

export function NewCollection({ onClose, onCreated }: { onClose: () => void; onCreated: (made: Collection) => void }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [language, setLanguage] = useState<string | null>('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const good = SLUG.test(name);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const made = await api.post<Collection>('collections', {
        name,
        ...(title.trim() && { title: title.trim() }),
        ...(description.trim() && { description: description.trim() }),
        ...(language && { language }),
      });
      documentsChanged(client);
      onCreated(made);
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={onClose} title={t('library.new')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput label={t('collection.name')} description={t('collection.name.text')} value={name} onChange={(event) => setName(event.currentTarget.value)}
            required data-autofocus autoComplete="off" placeholder="handbook" error={name !== '' && !good ? t('collection.name.bad') : undefined} data-testid="collection-name" />
          <TextInput label={`${t('collection.title')} (${t('common.optional')})`} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
          <Textarea label={`${t('collection.description')} (${t('common.optional')})`} value={description} onChange={(event) => setDescription(event.currentTarget.value)} autosize minRows={2} maxRows={6} />
          <Select label={t('collection.language')} description={t('collection.language.text')} value={language} onChange={setLanguage} allowDeselect={false}
            data={[{ value: '', label: t('collection.language.any') }, { value: 'en', label: t('collection.language.en') }, { value: 'zh', label: t('collection.language.zh') }]} />
          {error && <ErrorPanel error={error} />}
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" loading={busy} disabled={!good} data-testid="collection-create">{t('common.create')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
