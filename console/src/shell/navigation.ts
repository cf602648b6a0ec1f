import { IconActivityHeartbeat, IconBell, IconBooks, IconCoin, IconColumns3, IconKey, IconListDetails, IconMessageQuestion, IconReceipt2, IconRoute, IconServer2, IconShieldCheck, IconStack2, IconTimeline, IconWallet, type Icon } from '@tabler/icons-react';
import type { MessageKey } from '../i18n/en';

export interface Screen {
  path: string;
  label: MessageKey;
  icon: Icon;
  /** Who lacks this right does not see the screen. */
  right: string;
}

export interface Task {
  label: MessageKey;
  screens: Screen[];
}

/**
 * The console by what people come to do. Later screens join the task that they serve (improve: prompts, datasets,
 * experiments; evidence: monitors, alerts, incidents; administer: budgets, users); a task without screens is not shown.
 */
export const tasks: Task[] = [
  {
    label: 'nav.work',
    screens: [
      { path: '/ask', label: 'nav.ask', icon: IconMessageQuestion, right: 'documents.read' },
      { path: '/library', label: 'nav.library', icon: IconBooks, right: 'collections.read' },
      { path: '/playground', label: 'nav.playground', icon: IconColumns3, right: 'models.call' },
    ],
  },
  {
    label: 'nav.gateway',
    screens: [
      { path: '/calls', label: 'nav.calls', icon: IconListDetails, right: 'traces.read' },
      { path: '/routes', label: 'nav.routes', icon: IconRoute, right: 'models.read' },
      { path: '/providers', label: 'nav.providers', icon: IconServer2, right: 'models.read' },
      { path: '/budgets', label: 'nav.budgets', icon: IconWallet, right: 'budgets.read' },
      { path: '/guards', label: 'nav.guards', icon: IconShieldCheck, right: 'guards.read' },
      { path: '/cache', label: 'nav.cache', icon: IconStack2, right: 'cache.read' },
    ],
  },
  {
    label: 'nav.evidence',
    screens: [
      { path: '/traces', label: 'nav.traces', icon: IconTimeline, right: 'traces.read' },
      { path: '/costs', label: 'nav.costs', icon: IconReceipt2, right: 'traces.read' },
      { path: '/alerts', label: 'nav.alerts', icon: IconBell, right: 'alerts.read' },
    ],
  },
  {
    label: 'nav.administer',
    screens: [
      { path: '/prices', label: 'nav.prices', icon: IconCoin, right: 'models.read' },
      { path: '/keys', label: 'nav.keys', icon: IconKey, right: 'keys.read' },
      { path: '/status', label: 'nav.status', icon: IconActivityHeartbeat, right: 'status.read' },
    ],
  },
];

export function tasksFor(may: (right: string) => boolean): Task[] {
  return tasks
    .map((task) => ({ ...task, screens: task.screens.filter((screen) => may(screen.right)) }))
    .filter((task) => task.screens.length > 0);
}
