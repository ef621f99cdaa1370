import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const peopleRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/team',
    component: lazy(() => import('@/features/team/TeamView'), 'TeamView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/support',
    component: lazy(() => import('@/features/support/SupportView'), 'SupportView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/support/$threadId',
    component: lazy(() => import('@/features/support/SupportView'), 'SupportView'),
  }),
]
