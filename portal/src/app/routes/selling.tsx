import { createRoute } from '@tanstack/react-router'
import { lazy, type Root } from './view'

export const sellingRoutes = (root: Root) => [
  createRoute({
    getParentRoute: () => root,
    path: '/inventory',
    component: lazy(() => import('@/features/inventory/InventoryView'), 'InventoryView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/reservations',
    component: lazy(() => import('@/features/reservations/ReservationsView'), 'ReservationsView'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/reservations/$id',
    component: lazy(() => import('@/features/reservations/BookingView'), 'BookingView'),
  }),
]
