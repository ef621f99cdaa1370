import { useOptimistic, useTransition } from 'react'
import { useTranslation } from 'react-i18next'
import { SetIntroductionProfile } from '@/api/generated/set-introduction-profile'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { classes } from '@/ui/classes'
import type { Profile } from './ProfileView'

interface Props {
  profile: Profile
  partnerId: string
  onDone: () => void
}

/** Whether one takes introductions: a switch that is at once as pressed, and back where it is refused. */
export function Accepting({ profile, partnerId, onDone }: Props) {
  const { t } = useTranslation('introducing')
  const [set] = useAct(SetIntroductionProfile)
  const [isOn, show] = useOptimistic(profile.isAccepting)
  const [, start] = useTransition()
  const tell = useTelling()

  function toggle() {
    start(async () => {
      show(!isOn)
      const outcome = await set({ input: { partnerId, version: profile.version, isAccepting: !isOn } })
      tell(outcome, isOn ? t('nowClosed') : t('nowOpen'))
      onDone()
      // The answer is on its way; until then the switch stays as it was pressed.
      if (outcome.row) await new Promise((go) => setTimeout(go, 600))
    })
  }

  return (
    <div
      className={classes(
        'mb-6 flex flex-wrap items-center justify-between gap-4 rounded-card border px-5 py-4',
        isOn ? 'border-good/40 bg-good-soft' : 'border-line bg-surface',
      )}
    >
      <div className="min-w-0">
        <p id="accepting" className="font-semibold">
          {isOn ? t('open') : t('closed')}
        </p>
        <p className="text-[14px] text-soft">{isOn ? t('openText') : t('closedText')}</p>
      </div>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-label={t('accepting')}
        onClick={toggle}
        className={classes(
          'relative h-8 w-14 rounded-full border transition-colors',
          isOn ? 'border-good bg-good' : 'border-soft bg-raised',
        )}
      >
        <span
          aria-hidden="true"
          className={classes(
            'absolute top-1 left-1 size-[22px] rounded-full transition-transform',
            isOn ? 'translate-x-6 bg-ground' : 'bg-soft',
          )}
        />
      </button>
    </div>
  )
}
