import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

const builder = () => import('@/features/packages/BuilderView')

export const packageRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/packages',
    component: lazy(() => import('@/features/packages/PackagesView'), 'PackagesView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/packages/new',
    component: lazy(builder, 'NewPackageView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/packages/$id/edit',
    component: lazy(builder, 'EditPackageView'),
  }),
]
