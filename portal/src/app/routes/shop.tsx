import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

/** Open to everybody: a guest looks around and buys without signing in. */
export const shopRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/discover',
    component: lazy(() => import('@/features/shop/DiscoverView'), 'DiscoverView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/packages/$id',
    component: lazy(() => import('@/features/shop/PackageView'), 'PackageView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/checkouts/$id',
    component: lazy(() => import('@/features/shop/CheckoutView'), 'CheckoutView'),
  }),
]
