import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Invitations as InvitationsDocument, type InvitationsQuery } from '@/api/generated/invitations'
import { RevokeInvitation } from '@/api/generated/revoke-invitation'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { type InvitationState, stateOf } from './invitations'

type Partner = Extract<NonNullable<InvitationsQuery['node']>, { __typename: 'Partner' }>
type Row = Partner['invitations']['nodes'][number]

const TONES: Record<InvitationState, Tone> = {
  OPEN: 'info',
  ACCEPTED: 'good',
  REVOKED: 'plain',
  EXPIRED: 'warn',
}

/** Who was invited, and what became of it. */
export function Invitations() {
  const { t } = useTranslation('team')
  const { id: partnerId } = usePartner()
  const read = useRead(InvitationsDocument, { partnerId })
  return (
    <Card title={t('invitations')}>
      <Answer read={read}>
        {({ node }) => {
          const rows = node?.__typename === 'Partner' ? node.invitations.nodes : []
          if (rows.length === 0) return <p className="text-soft">{t('noInvitations')}</p>
          return (
            <ul className="grid gap-1">
              {rows.map((row) => (
                <Invited key={row.id} row={row} />
              ))}
            </ul>
          )
        }}
      </Answer>
    </Card>
  )
}

function Invited({ row }: { row: Row }) {
  const { t } = useTranslation(['team', 'common'])
  const { date } = useFormats()
  const [revoke, isBusy] = useAct(RevokeInvitation)
  const tell = useTelling()
  const state = stateOf(row, Date.now())
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line/60 py-2.5 last:border-0">
      <span className="min-w-0 flex-1 basis-40 truncate font-medium">{row.email}</span>
      <span className="text-[13px] text-soft">
        {t(`common:role.${row.role}`)}
        {state === 'OPEN' && ` · ${t('expires', { date: date(row.expiresAt) })}`}
      </span>
      <Badge tone={TONES[state]}>{t(`state.${state}`)}</Badge>
      {state === 'OPEN' && (
        <Button
          isSmall
          look="quiet"
          isBusy={isBusy}
          aria-label={t('revokeOf', { email: row.email })}
          onClick={async () => tell(await revoke({ input: { id: row.id } }), t('revoked'))}
        >
          {t('revoke')}
        </Button>
      )}
    </li>
  )
}
