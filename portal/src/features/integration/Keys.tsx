import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { ApiKeys, type ApiKeysQuery } from '@/api/generated/api-keys'
import { usePages } from '@/api/pages'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { More } from '@/ui/More'
import { Empty } from '@/ui/States'
import { type Column, Table } from '@/ui/Table'
import { type Ending, EndKey } from './EndKey'
import { NewKey } from './NewKey'
import { type KeyState, keyState } from './names'
import { Secret } from './Secret'

export type Key = ApiKeysQuery['apiKeys']['nodes'][number]
const TONES: Record<KeyState, Tone> = { active: 'good', until: 'warn', expired: 'plain', revoked: 'plain' }

/** The keys of the partner's system. */
export function Keys() {
  const { t } = useTranslation(['integration', 'common'])
  const { relative } = useFormats()
  const [isMaking, setMaking] = useState(false)
  const [ending, setEnding] = useState<Ending | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const read = usePages(ApiKeys, {}, (data) => data.apiKeys)
  const columns: Column<Key>[] = [
    {
      key: 'name',
      title: t('keys.name'),
      cell: (key) => (
        <div className="min-w-[130px]">
          <p className="font-semibold">{key.name}</p>
          <code className="font-mono text-[12px] text-soft">
            il_{key.environment.toLowerCase()}_{key.prefix}_…
          </code>
        </div>
      ),
    },
    {
      key: 'environment',
      title: t('keys.environment'),
      isMinor: true,
      cell: (key) => <Badge tone={key.environment === 'LIVE' ? 'good' : 'brand'}>{key.environment}</Badge>,
    },
    { key: 'state', title: t('keys.state'), cell: (key) => <State apiKey={key} /> },
    {
      key: 'used',
      title: t('keys.lastUsed'),
      isMinor: true,
      cell: (key) => (
        <span className="text-soft">{key.lastUsedAt ? relative(key.lastUsedAt) : t('keys.never')}</span>
      ),
    },
    {
      key: 'actions',
      title: <span className="sr-only">{t('keys.actions')}</span>,
      isNumber: true,
      cell: (key) =>
        ['active', 'until'].includes(keyState(key, Date.now())) && (
          <div className="flex justify-end gap-1.5">
            <Button
              isSmall
              aria-label={t('keys.rotateOf', { name: key.name })}
              onClick={() => setEnding({ act: 'rotate', key })}
            >
              {t('keys.rotate')}
            </Button>
            <Button
              isSmall
              look="quiet"
              aria-label={t('keys.revokeOf', { name: key.name })}
              onClick={() => setEnding({ act: 'revoke', key })}
            >
              {t('keys.revoke')}
            </Button>
          </div>
        ),
    },
  ]
  const make = (
    <Button look="first" onClick={() => setMaking(true)}>
      <Icon name="key" className="size-4" />
      {t('keys.new')}
    </Button>
  )
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <p className="text-soft">{t('keys.lead')}</p>
        {make}
      </div>
      <Card>
        <Answer read={read}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty icon="key" title={t('keys.none')} action={make}>
                {t('keys.noneText')}
              </Empty>
            ) : (
              <>
                <Table caption={t('keys.title')} columns={columns} rows={rows} rowKey={(key) => key.id} />
                <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
              </>
            )
          }
        </Answer>
      </Card>
      <NewKey isOpen={isMaking} onClose={() => setMaking(false)} onMade={setSecret} />
      <EndKey ending={ending} onClose={() => setEnding(null)} onMade={setSecret} />
      <Secret title={t('keys.shown')} text={secret} onClose={() => setSecret(null)} />
    </>
  )
}

function State({ apiKey }: { apiKey: Key }) {
  const { t } = useTranslation('integration')
  const { date } = useFormats()
  const state = keyState(apiKey, Date.now())
  return (
    <Badge tone={TONES[state]}>
      {state === 'until' ? t('keys.until', { date: date(apiKey.expiresAt ?? '') }) : t(`keys.${state}`)}
    </Badge>
  )
}
