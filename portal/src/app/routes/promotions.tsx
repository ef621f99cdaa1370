import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const promotionRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/coupons',
    component: lazy(() => import('@/features/promotions/CouponsView'), 'CouponsView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/affiliates',
    component: lazy(() => import('@/features/promotions/AffiliatesView'), 'AffiliatesView'),
  }),
]
