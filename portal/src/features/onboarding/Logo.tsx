import { useTranslation } from 'react-i18next'
import { SetPartnerLogo } from '@/api/generated/set-partner-logo'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useUpload } from '@/api/uploads'
import { Button } from '@/ui/Button'
import { FileDrop } from '@/ui/FileDrop'
import { Icon } from '@/ui/Icon'
import type { Profile } from './ProfileView'

interface Props {
  partnerId: string
  logo: Profile['logo']
  isReadOnly: boolean
}

/** The picture a partner shows, and where another one goes. It is shown at once, without the form. */
export function Logo({ partnerId, logo, isReadOnly }: Props) {
  const { t } = useTranslation(['onboarding', 'common'])
  const { send, progress } = useUpload(partnerId, 'LOGO')
  const [setLogo, isBusy] = useAct(SetPartnerLogo)
  const tell = useTelling()

  async function show(uploadId: string | null) {
    tell(await setLogo({ input: { partnerId, uploadId } }), t('common:state.saved'))
  }
  async function replace(file: File) {
    const sent = tell(await send(file))
    if (sent) await show(sent.id)
  }

  return (
    <div className="flex items-center gap-4">
      <span className="grid size-24 shrink-0 place-items-center overflow-hidden rounded-card border border-line bg-raised text-soft">
        {logo?.url ? (
          <img src={logo.url} alt={t('profile.logo')} className="size-full object-contain" />
        ) : (
          <Icon name="building" className="size-9" />
        )}
      </span>
      {!isReadOnly && (
        <div className="grid min-w-0 flex-1 gap-2">
          <FileDrop
            isSmall
            label={t('profile.logoDrop')}
            hint={t('profile.logoTypes')}
            accept=".png,.jpg,.jpeg,.webp"
            progress={progress}
            progressLabel={t('verification.sending')}
            onFile={replace}
          />
          {logo && (
            <Button isSmall look="quiet" isBusy={isBusy} onClick={() => show(null)}>
              {t('profile.logoRemove')}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
