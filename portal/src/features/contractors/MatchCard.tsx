import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { CreateIntroduction } from '@/api/generated/create-introduction'
import type { MatchesQuery } from '@/api/generated/matches'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { ReasonBars } from '@/ui/ReasonBars'
import type { Found } from './ContractorView'

type Match = NonNullable<MatchesQuery['matches']>[number]

/** A partner that fits, how well, and why. */
export function MatchCard({ match, contractor }: { match: Match; contractor: Found }) {
  const { t } = useTranslation('contractors')
  const { number, region, language } = useFormats()
  const [create, isBusy] = useAct(CreateIntroduction)
  const key = useRef(crypto.randomUUID())
  const tell = useTelling()
  const go = useNavigate()
  const { partner, score, reasons } = match

  async function choose() {
    const outcome = await create({
      input: { contractorId: contractor.id, partnerId: partner.id, idempotencyKey: key.current },
    })
    const { refusal } = outcome
    if (refusal) key.current = crypto.randomUUID()
    // There is one already: that is where they wanted to go.
    const open = refusal?.said?.__typename === 'IntroductionOpen' ? refusal.said.introductionId : undefined
    const id = open ?? tell(outcome, t('drafted'))?.id
    if (id) await go({ to: '/introductions/$id', params: { id } })
  }

  return (
    <article className="grid h-full content-start gap-4 rounded-card border border-line bg-surface p-5 shadow-card">
      <header className="flex items-start gap-4">
        <Logo name={partner.name} url={partner.logo?.url} />
        <div className="min-w-0 flex-1">
          <h2 className="text-[16px] font-semibold">{partner.name}</h2>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-[13px] text-soft">
            {partner.isVerified && <Badge tone="good">{t('verified')}</Badge>}
            {[partner.country && region(partner.country), partner.languages.map(language).join(', ')]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
        <p className="text-right leading-none">
          <span className="block text-[30px] font-bold tabular-nums">
            {number(Math.round(Number(score)))}
          </span>
          <span className="text-[12px] text-soft">{t('ofHundred')}</span>
        </p>
      </header>
      {partner.description && <p className="line-clamp-3 text-[14px] text-soft">{partner.description}</p>}
      <section aria-label={t('why')}>
        <ReasonBars
          isSmall
          reasons={reasons.map((reason) => ({
            key: reason.factor,
            label: t(`factor.${reason.factor}`),
            points: Number(reason.points),
            weight: reason.weight,
            text:
              reason.weight === null
                ? t('adds', { points: `${Number(reason.points) > 0 ? '+' : ''}${number(reason.points)}` })
                : t('points', { points: number(reason.points), weight: number(reason.weight) }),
            isUnknown: !reason.isKnown,
            ...(reason.isKnown ? {} : { note: t('unknownYet') }),
          }))}
        />
      </section>
      <Button look="first" className="mt-auto justify-self-end" isBusy={isBusy} onClick={choose}>
        {t('choose')}
        <span className="sr-only">{partner.name}</span>
      </Button>
    </article>
  )
}

function Logo({ name, url }: { name: string; url: string | null | undefined }) {
  if (url) return <img src={url} alt="" className="size-12 rounded-control object-cover" />
  return (
    <span
      aria-hidden="true"
      className="grid size-12 shrink-0 place-items-center rounded-control bg-brand-soft text-lg font-bold text-link"
    >
      {name.slice(0, 1)}
    </span>
  )
}
