import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

const LENGTHS = [7, 30, 90, 180]
const VIEWS = ['sales', 'introductions', 'platform']

export const analyticsRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/analytics',
    validateSearch: ({ days, view }: Record<string, unknown>) => ({
      ...(LENGTHS.includes(Number(days)) ? { days: Number(days) } : {}),
      ...(VIEWS.includes(String(view)) ? { view: String(view) } : {}),
    }),
    component: lazy(() => import('@/features/analytics/AnalyticsView'), 'AnalyticsView'),
  }),
]
