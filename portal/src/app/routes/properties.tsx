import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const propertiesRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/properties',
    component: lazy(() => import('@/features/properties/PropertiesView'), 'PropertiesView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/properties/new',
    component: lazy(() => import('@/features/properties/PropertyView'), 'NewPropertyView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/properties/import',
    component: lazy(() => import('@/features/properties/ImportsView'), 'ImportsView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/properties/import/$id',
    component: lazy(() => import('@/features/properties/ImportView'), 'ImportView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/properties/$id',
    component: lazy(() => import('@/features/properties/PropertyView'), 'PropertyView'),
  }),
]
