import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

const SHOWN = ['ACTIVE', 'ALL', 'PENDING', 'CONFIRMED', 'COMPLETED', 'CANCELLED']

export const introductionRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/introductions',
    validateSearch: ({ whom, shown, name, mine }: Record<string, unknown>) => ({
      ...(/^(par|con)_\w+$/.test(String(whom)) ? { whom: String(whom) } : {}),
      ...(SHOWN.includes(String(shown)) ? { shown: String(shown) } : {}),
      ...(typeof name === 'string' && name ? { name } : {}),
      ...(mine === true ? { mine } : {}),
    }),
    component: lazy(() => import('@/features/introductions/IntroductionsView'), 'IntroductionsView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/introductions/contractors/new',
    component: lazy(() => import('@/features/contractors/NewContractorView'), 'NewContractorView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/introductions/contractors/$id',
    validateSearch: ({ tab }: Record<string, unknown>) => (tab === 'company' ? { tab } : {}),
    component: lazy(() => import('@/features/contractors/ContractorView'), 'ContractorView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/introductions/$id',
    component: lazy(() => import('@/features/introductions/IntroductionView'), 'IntroductionView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/introductions/profile',
    validateSearch: ({ tab }: Record<string, unknown>) =>
      ['hours', 'mails', 'results'].includes(String(tab)) ? { tab: String(tab) } : {},
    component: lazy(() => import('@/features/introducing/ProfileView'), 'ProfileView'),
  }),
]
