import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { AffiliateLinks, type AffiliateLinksQuery } from '@/api/generated/affiliate-links'
import { UpdateAffiliateLink } from '@/api/generated/update-affiliate-link'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Copy } from '@/ui/Copy'
import { Icon } from '@/ui/Icon'
import { Empty } from '@/ui/States'
import { Switch } from '@/ui/Switch'
import { LinkDialog } from './LinkDialog'

type Link = AffiliateLinksQuery['affiliateLinks']['nodes'][number]

/** The links, to be copied; those of one's organization on or off. */
export function Links({ partnerId }: { partnerId: string | null }) {
  const { t } = useTranslation('promotions')
  const { may } = useStanding()
  const [isMaking, setMaking] = useState(false)
  const canMake = partnerId !== null && may('MANAGE_PROMOTIONS')
  const read = useRead(AffiliateLinks, { partnerId, status: null, limit: 50, after: null })
  return (
    <Card
      title={t('affiliates.tab.links')}
      aside={
        canMake && (
          <Button isSmall look="first" onClick={() => setMaking(true)}>
            <Icon name="plus" className="size-4" />
            {t('links.new')}
          </Button>
        )
      }
    >
      <Answer read={read}>
        {({ affiliateLinks: { nodes } }) =>
          nodes.length === 0 ? (
            <Empty icon="link" title={t('links.none')}>
              {canMake ? t('links.noneText') : t('links.mineText')}
            </Empty>
          ) : (
            <ul className="grid gap-4">
              {nodes.map((link) => (
                <LinkRow key={link.id} link={link} canManage={canMake && link.partner?.id === partnerId} />
              ))}
            </ul>
          )
        }
      </Answer>
      {partnerId && <LinkDialog isOpen={isMaking} onClose={() => setMaking(false)} partnerId={partnerId} />}
    </Card>
  )
}

function LinkRow({ link, canManage }: { link: Link; canManage: boolean }) {
  const { t } = useTranslation('promotions')
  const frame = useTranslation().t
  const { percent } = useFormats()
  const whose = canManage
    ? link.affiliate && t('links.for', { affiliate: link.affiliate.displayName })
    : link.partner && t('links.of', { partner: link.partner.name })
  return (
    <li className="grid gap-2.5 border-b border-line/60 pb-4 last:border-0 last:pb-0 grid-cols-[minmax(0,1fr)] md:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_auto] md:items-center">
      <div>
        <p className="font-mono font-semibold">{link.code}</p>
        <p className="text-[13px] text-soft">
          {[
            whose,
            t('links.earns', { percent: percent(Number(link.commissionPercent) / 100) }),
            t('links.leads', { target: link.target }),
            link.note,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <Copy text={`${location.origin}${link.path}`} label={frame('act.copy')} copied={frame('act.copied')} />
      {canManage && <LinkSwitch link={link} />}
    </li>
  )
}

/** On or off: shown at once, and back again where the server refuses. */
function LinkSwitch({ link }: { link: Link }) {
  const { t } = useTranslation('promotions')
  const [update, isBusy] = useAct(UpdateAffiliateLink)
  const tell = useTelling()
  const [wanted, setWanted] = useState<boolean | null>(null)
  async function turn(isOn: boolean) {
    setWanted(isOn)
    const outcome = await update({
      input: { id: link.id, version: link.version, status: isOn ? 'ACTIVE' : 'DISABLED' },
    })
    tell(outcome, isOn ? t('link.on') : t('link.off'))
    setWanted(null)
  }
  return (
    <Switch
      label={t('links.switch', { code: link.code })}
      isOn={wanted ?? link.status === 'ACTIVE'}
      isDisabled={isBusy}
      onChange={turn}
    />
  )
}
