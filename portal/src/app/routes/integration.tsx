import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const integrationRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/integration',
    component: lazy(() => import('@/features/integration/IntegrationView'), 'IntegrationView'),
  }),
]
