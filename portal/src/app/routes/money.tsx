import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const moneyRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/payouts',
    validateSearch: (search: Record<string, unknown>) =>
      typeof search.payout === 'string' ? { payout: search.payout } : {},
    component: lazy(() => import('@/features/money/PayoutsView'), 'PayoutsView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/documents',
    component: lazy(() => import('@/features/documents/DocumentsView'), 'DocumentsView'),
  }),
]
