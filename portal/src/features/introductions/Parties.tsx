import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCodes } from '@/i18n/codes'
import { useFormats } from '@/i18n/format'
import { useWeek } from '@/i18n/week'
import { Badge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { Meter } from '@/ui/Meter'
import type { Side } from './acts'
import type { Found } from './IntroductionView'
import { cityOf } from './zones'

/** Who the two are, and how well they fit. A contractor sees in its draft what the partner is going to be told. */
export function Parties({ found, sides }: { found: Found; sides: readonly Side[] }) {
  const { t } = useTranslation('introductions')
  const { number, region, language } = useFormats()
  const { partner, matchScore } = found
  const isDraft = found.stage === 'DRAFT' && sides.includes('CONTRACTOR')
  return (
    <>
      {matchScore !== null && (
        <Card
          title={t('fit')}
          aside={<span className="text-lg font-bold">{number(Math.round(Number(matchScore)))}</span>}
        >
          <Meter value={Number(matchScore) / 100} label={t('matchHint')} />
        </Card>
      )}
      {found.contractor && (
        <Card title={isDraft ? t('toldToPartner') : found.contractor.name}>
          <Contractor contractor={found.contractor} />
        </Card>
      )}
      {partner && !sides.includes('PARTNER') && (
        <Card title={partner.name} aside={partner.isVerified && <Badge tone="good">{t('verified')}</Badge>}>
          <dl className="grid gap-3 text-[14px]">
            {partner.country && <Fact name={t('fact.country')}>{region(partner.country)}</Fact>}
            {partner.languages.length > 0 && (
              <Fact name={t('fact.languages')}>{partner.languages.map(language).join(', ')}</Fact>
            )}
            {partner.description && <Fact name={t('fact.about')}>{partner.description}</Fact>}
          </dl>
        </Card>
      )}
    </>
  )
}

function Contractor({ contractor }: { contractor: NonNullable<Found['contractor']> }) {
  const { t } = useTranslation('introductions')
  const { region, language } = useFormats()
  const { shortDay, minutes } = useWeek()
  const code = useCodes()
  if (contractor.erasedAt) return <p className="text-soft">{t('forgotten')}</p>
  const where = contractor.region.includes('-')
    ? `${region(contractor.region.slice(0, 2))} (${contractor.region})`
    : region(contractor.region)
  return (
    <dl className="grid gap-3 text-[14px]">
      {contractor.contactName && (
        <Fact name={t('fact.contact')}>
          {contractor.contactName}
          {contractor.contactEmail && (
            <a
              href={`mailto:${contractor.contactEmail}`}
              className="block break-all text-link hover:underline"
            >
              {contractor.contactEmail}
            </a>
          )}
        </Fact>
      )}
      <Fact name={t('fact.industry')}>
        {code(contractor.industry)} · {t(`size.${contractor.size}`)}
      </Fact>
      {contractor.needs.length > 0 && (
        <Fact name={t('fact.needs')}>
          <span className="flex flex-wrap gap-1.5 pt-0.5">
            {contractor.needs.map((need) => (
              <Badge key={need}>{code(need)}</Badge>
            ))}
          </span>
        </Fact>
      )}
      <Fact name={t('fact.where')}>{where}</Fact>
      <Fact name={t('fact.languages')}>{contractor.languages.map(language).join(', ')}</Fact>
      <Fact name={t('fact.hours')}>
        {contractor.preferredDays.map(shortDay).join(', ')}, {minutes(contractor.preferredFromHour * 60)} –{' '}
        {minutes(contractor.preferredToHour * 60)} ({cityOf(contractor.timeZone)})
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-[13px] text-soft">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}
