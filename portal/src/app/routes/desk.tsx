import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

const KINDS = ['OVERDUE', 'BOUNCED', 'AT_RISK', 'DISPUTED']
const TABS = ['done', 'ranking']

export const deskRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/admin/desk',
    validateSearch: ({ tab, kind, introduction }: Record<string, unknown>) => ({
      ...(TABS.includes(String(tab)) ? { tab: String(tab) } : {}),
      ...(KINDS.includes(String(kind)) ? { kind: String(kind) } : {}),
      ...(/^int_\w+$/.test(String(introduction)) ? { introduction: String(introduction) } : {}),
    }),
    component: lazy(() => import('@/features/desk/DeskView'), 'DeskView'),
  }),
]
