import { Anchor, Button, Code, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { asApiError, type ApiError } from '../api/errors';
import { useSessionDoor } from '../api/session';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Mark } from './Mark';
import { LanguageButton, ThemeMenu } from './Shell';
import style from './SignIn.module.css';

export function SignIn() {
  const { t } = useLanguage();
  const { signIn } = useSessionDoor();
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [where, setWhere] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn(key.trim());
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  const refused = error?.status === 401;

  return (
    <div className={style.page}>
      <div className={style.tools}><LanguageButton /><ThemeMenu /></div>
      <main className={style.card}>
        <div className={style.brand}><Mark size={44} /><div><span>{t('app.name')}</span><Text size="sm" c="dimmed">{t('signin.tagline')}</Text></div></div>
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="md">
            <div><Title order={1} size="h2">{t('signin.title')}</Title><Text c="dimmed" size="sm">{t('signin.lead')}</Text></div>
            <PasswordInput label={t('signin.key')} value={key} onChange={(event) => setKey(event.currentTarget.value)} placeholder="gmb_…"
              autoComplete="current-password" autoFocus required error={refused ? t('signin.bad') : undefined} data-testid="signin-key" />
            {error && !refused && <ErrorPanel error={error} />}
            <Button type="submit" loading={busy} disabled={key.trim() === ''} fullWidth data-testid="signin-submit">{t('signin.submit')}</Button>
            <Text size="xs" c="dimmed">{t('signin.kept')}</Text>
          </Stack>
        </form>
        <div className={style.where}>
          <Anchor component="button" type="button" size="sm" aria-expanded={where} onClick={() => setWhere(!where)} data-testid="signin-where">{t('signin.where')}</Anchor>
          {where && (
            <Stack gap={8} mt={8}>
              <Text size="sm">{t('signin.where.text')}</Text>
              <Code block tabIndex={0}>cat DATA/admin.key</Code>
              <Text size="sm">{t('signin.where.other')}</Text>
            </Stack>
          )}
        </div>
      </main>
    </div>
  );
}
