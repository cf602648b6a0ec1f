import { ActionIcon, Burger, Button, Drawer, Kbd, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconLogout, IconMoon, IconSearch, IconSun, IconUserCircle } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useSession, useSessionDoor } from '../api/session';
import { useLanguage } from '../i18n/language';
import { UploadsButton } from '../library/UploadsButton';
import { Mark } from './Mark';
import { tasksFor } from './navigation';
import style from './Shell.module.css';

const Palette = lazy(() => import('./Palette'));

/** What stands around every screen: navigation, search, language, theme, account. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useLanguage();
  const [drawer, setDrawer] = useDisclosure(false);
  const [palette, setPalette] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  const [location] = useLocation();
  const screen = location.split('/')[1];
  useHotkeys([['mod+K', () => setPalette.toggle()]], []);
  useEffect(() => setDrawer.close(), [location, setDrawer]);

  // Keyboard and screen reader follow to the new screen, but not on the very first page.
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [screen]);

  return (
    <div className={style.shell}>
      <button type="button" className={style.skip} onClick={() => main.current?.focus()}>{t('app.skip')}</button>
      <header className={style.top}>
        <Burger opened={drawer} onClick={setDrawer.toggle} size="sm" className={style.burger} aria-label={t('app.menu')} data-testid="menu" />
        <Link href="/ask" className={style.brand} aria-label={t('app.name')}>
          <Mark /> <span>{t('app.name')}</span>
        </Link>
        <UnstyledButton className={style.search} onClick={setPalette.open} data-testid="open-palette">
          <IconSearch size={15} aria-hidden /> <span className={style.searchText}>{t('top.search')}</span> <Kbd size="xs" className={style.searchKey}>{modKey} K</Kbd>
        </UnstyledButton>
        <div className={style.tools}>
          <UploadsButton />
          <LanguageButton />
          <ThemeMenu />
          <AccountMenu />
        </div>
      </header>
      <nav className={style.rail} aria-label={t('nav.label')}><Navigation /></nav>
      <Drawer opened={drawer} onClose={setDrawer.close} size={260} title={t('app.name')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <nav aria-label={t('nav.label')}><Navigation /></nav>
      </Drawer>
      <main ref={main} tabIndex={0} className={style.main} id="main">{children}</main>
      <Suspense>{palette && <Palette onClose={setPalette.close} />}</Suspense>
    </div>
  );
}

const modKey = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';

function Navigation() {
  const { t } = useLanguage();
  const { may } = useSession();
  const [location] = useLocation();
  return tasksFor(may).map((task) => (
    <section key={task.label} className={style.task} aria-label={t(task.label)}>
      <Text className={style.taskLabel} aria-hidden>{t(task.label)}</Text>
      {task.screens.map((screen) => {
        const here = location === screen.path || location.startsWith(`${screen.path}/`);
        return (
          <Link key={screen.path} href={screen.path} className={style.screen} data-here={here || undefined}
            aria-current={here ? 'page' : undefined} data-testid={`nav-${screen.path.slice(1)}`}>
            <screen.icon size={18} stroke={1.7} aria-hidden /> {t(screen.label)}
          </Link>
        );
      })}
    </section>
  ));
}

export function LanguageButton() {
  const { t, language, setLanguage } = useLanguage();
  return (
    <Button variant="subtle" color="gray" size="compact-sm" leftSection={<IconLanguage size={16} aria-hidden />} className={style.language}
      onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')} title={t('top.language.label')} data-testid="language">
      <span lang={language === 'en' ? 'zh-Hans' : 'en'}>{t('top.language')}</span>
    </Button>
  );
}

export function ThemeMenu() {
  const { t } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choices = [
    { scheme: 'light', label: t('top.theme.light'), icon: IconSun },
    { scheme: 'dark', label: t('top.theme.dark'), icon: IconMoon },
    { scheme: 'auto', label: t('top.theme.auto'), icon: IconDeviceDesktop },
  ] as const;
  const Chosen = choices.find((choice) => choice.scheme === colorScheme)?.icon ?? IconDeviceDesktop;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('top.theme')} data-testid="theme"><Chosen size={18} stroke={1.7} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('top.theme')}>
        {choices.map((choice) => (
          <Menu.Item key={choice.scheme} onClick={() => setColorScheme(choice.scheme)} leftSection={<choice.icon size={16} aria-hidden />}
            rightSection={choice.scheme === colorScheme && <IconCheck size={14} aria-hidden />} data-testid={`theme-${choice.scheme}`}>
            {choice.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function AccountMenu() {
  const { t } = useLanguage();
  const { principal } = useSession();
  const { signOut } = useSessionDoor();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`${t('top.account')}: ${principal.name}`} data-testid="account"><IconUserCircle size={20} stroke={1.7} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={style.who} data-testid="who">
          <Text fw={600} size="sm" className="g-ellipsis">{principal.name}</Text>
          <Text size="xs" c="dimmed">{t('top.role')}: {principal.role}</Text>
          <Text size="xs" c="dimmed" className="g-ellipsis">{t('top.tenant')}: {principal.tenant}</Text>
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()} data-testid="sign-out">{t('top.signout')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
