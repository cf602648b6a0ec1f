import { ActionIcon, Button, Text, Textarea, Tooltip } from '@mantine/core';
import { IconThumbDown, IconThumbDownFilled, IconThumbUp, IconThumbUpFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '../api/client';
import { asApiError, type ApiError } from '../api/errors';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import style from './ask.module.css';

type Value = 'up' | 'down';

/** A thumb, and for a thumb down the chance to say why. */
export function Feedback({ trace }: { trace: string }) {
  const { t } = useLanguage();
  const [value, setValue] = useState<Value>();
  const [asking, setAsking] = useState(false);
  const [comment, setComment] = useState('');
  const [error, setError] = useState<ApiError>();

  const send = async (chosen: Value, words?: string) => {
    setError(undefined);
    setValue(chosen);
    setAsking(chosen === 'down' && words === undefined);
    try {
      await api.post('feedback', { trace, value: chosen, ...(words && { comment: words }) });
    } catch (thrown) {
      setError(asApiError(thrown));
      setValue(undefined);
    }
  };
  const thumb = (which: Value, label: string, Off: typeof IconThumbUp, On: typeof IconThumbUpFilled) => (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color={value === which ? 'petrol' : 'gray'} size="sm" aria-label={label} aria-pressed={value === which} onClick={() => void send(which)} data-testid={`feedback-${which}`}>
        {value === which ? <On size={15} /> : <Off size={15} />}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <>
      {thumb('up', t('ask.up'), IconThumbUp, IconThumbUpFilled)}
      {thumb('down', t('ask.down'), IconThumbDown, IconThumbDownFilled)}
      <Text size="xs" c="dimmed" role="status">{value && !asking && !error ? t('ask.thanks') : ''}</Text>
      {asking && (
        <form className={style.comment} onSubmit={(event) => {
          event.preventDefault();
          void send('down', comment.trim());
        }}>
          <Textarea size="xs" autosize minRows={1} maxRows={4} aria-label={t('ask.comment')} placeholder={t('ask.comment')} value={comment} onChange={(event) => setComment(event.currentTarget.value)} style={{ flex: 1 }} autoFocus />
          <Button type="submit" size="xs" variant="default" disabled={comment.trim() === ''}>{t('ask.comment.send')}</Button>
        </form>
      )}
      {error && <ErrorPanel error={error} />}
    </>
  );
}
