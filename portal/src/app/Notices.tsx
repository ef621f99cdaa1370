import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon, type IconName } from '@/ui/Icon'
import { environment, usePreference } from './preferences'
import { useLine, useSession } from './signed'

function useOnline() {
  return useSyncExternalStore(
    (listener) => {
      addEventListener('online', listener)
      addEventListener('offline', listener)
      return () => {
        removeEventListener('online', listener)
        removeEventListener('offline', listener)
      }
    },
    () => navigator.onLine,
  )
}

/** What one must know wherever one is: no network, no live data, not the real thing. */
export function Notices() {
  const { t } = useTranslation()
  const { signed } = useSession()
  const isUp = useLine()
  const isOnline = useOnline()
  const isTest = usePreference(environment) === 'TEST' && signed === 'in'
  return (
    <div aria-live="polite">
      {!isOnline && <Notice icon="warning" text={t('frame.offline')} className="bg-warn-soft text-warn" />}
      {isOnline && !isUp && (
        <Notice icon="clock" text={t('frame.reconnecting')} className="bg-info-soft text-info" />
      )}
      {isTest && <Notice icon="flag" text={t('frame.testHint')} className="bg-brand-soft text-link" />}
    </div>
  )
}

function Notice({ icon, text, className }: { icon: IconName; text: string; className: string }) {
  return (
    <p
      className={`flex items-center justify-center gap-2 px-4 py-1.5 text-[13px] font-semibold ${className}`}
    >
      <Icon name={icon} className="size-4" />
      {text}
    </p>
  )
}
