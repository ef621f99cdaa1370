/** What one looks at, kept for the next visit: which organization, and TEST or LIVE. */
import { useSyncExternalStore } from 'react'

export type Environment = 'LIVE' | 'TEST'
const listeners = new Set<() => void>()

function kept(name: string, fallback: string) {
  return {
    get: () => localStorage.getItem(`interline-${name}`) ?? fallback,
    set(value: string) {
      localStorage.setItem(`interline-${name}`, value)
      for (const listener of listeners) listener()
    },
  }
}

export const environment = kept('environment', 'LIVE')
export const partnerId = kept('partner', '')

/** A preference as it is now. */
export function usePreference(preference: { get: () => string }): string {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, preference.get)
}
