import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { AnswerPackageConsent } from '@/api/generated/answer-package-consent'
import { PackageConsents, type PackageConsentsQuery } from '@/api/generated/package-consents'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner, useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/States'

type Consent = PackageConsentsQuery['packageConsents']['nodes'][number]
export const CONSENT_TONES: Record<Consent['status'], Tone> = {
  REQUESTED: 'warn',
  GRANTED: 'good',
  DECLINED: 'bad',
}

/** What others ask of us, to be answered; what we ask of others, to be waited for. */
export function Consents() {
  const { t } = useTranslation('packages')
  const { id } = usePartner()
  const read = useRead(PackageConsents, { limit: 50, after: null })
  return (
    <Answer read={read}>
      {({ packageConsents: { nodes } }) => {
        const asked = nodes.filter((consent) => consent.partner?.id === id)
        const mine = nodes.filter((consent) => consent.partner?.id !== id)
        return (
          <div className="grid items-start gap-5 lg:grid-cols-2">
            <Card title={t('consent.asked')}>
              {asked.length === 0 ? (
                <Empty icon="handshake" title={t('consent.none')}>
                  {t('consent.noneText')}
                </Empty>
              ) : (
                <ul className="grid gap-4" aria-live="polite">
                  {asked.map((consent) => (
                    <Asked key={consent.id} consent={consent} canAnswer />
                  ))}
                </ul>
              )}
            </Card>
            {mine.length > 0 && (
              <Card title={t('consent.mine')}>
                <ul className="grid gap-4" aria-live="polite">
                  {mine.map((consent) => (
                    <Asked key={consent.id} consent={consent} />
                  ))}
                </ul>
              </Card>
            )}
          </div>
        )
      }}
    </Answer>
  )
}

function Asked({ consent, canAnswer = false }: { consent: Consent; canAnswer?: boolean }) {
  const { t } = useTranslation('packages')
  const { percent, date } = useFormats()
  const { may } = useStanding()
  const [answer, isBusy] = useAct(AnswerPackageConsent)
  const tell = useTelling()
  async function say(isGranted: boolean) {
    const done = isGranted ? t('consent.agreed') : t('consent.declined')
    tell(await answer({ input: { id: consent.id, isGranted } }), done)
  }
  return (
    <li className="grid gap-2 border-b border-line/60 pb-4 last:border-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="font-semibold">{consent.package?.name}</p>
        <Badge tone={CONSENT_TONES[consent.status]}>{t(`consent.status.${consent.status}`)}</Badge>
      </div>
      <p className="text-[14px] text-soft">
        {!canAnswer && consent.partner && `${consent.partner.name} · `}
        <span className="font-mono text-[13px]">{consent.items.join(', ')}</span>
        {' · '}
        {t('consent.share', { part: percent(consent.shareWeight / consent.totalWeight) })}
        {' · '}
        {date(consent.answeredAt ?? consent.requestedAt)}
      </p>
      {canAnswer && consent.status === 'REQUESTED' && may('MANAGE_INVENTORY') && (
        <div className="flex gap-2">
          <Button isSmall look="first" isBusy={isBusy} onClick={() => say(true)}>
            {t('consent.agree')}
          </Button>
          <Button isSmall isBusy={isBusy} onClick={() => say(false)}>
            {t('consent.decline')}
          </Button>
        </div>
      )}
    </li>
  )
}
