import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const homeRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: lazy(() => import('@/features/home/HomeView'), 'HomeView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/register',
    component: lazy(() => import('@/features/partners/RegisterView'), 'RegisterView'),
  }),
]
