import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChangeMemberRole, type MemberRole } from '@/api/generated/change-member-role'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner, useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Menu } from '@/ui/Menu'
import { isSame } from './invitations'
import { Leaving, type Parting } from './Leaving'
import type { Member } from './TeamView'

export const ROLES = ['ADMIN', 'FINANCE', 'SUPPORT', 'READONLY'] as const satisfies readonly MemberRole[]

/** Who belongs to the organization, and as what. */
export function Members({ members }: { members: readonly Member[] }) {
  const { t } = useTranslation('team')
  const [parting, setParting] = useState<Parting | null>(null)
  return (
    <Card title={t('members')}>
      <ul className="grid gap-1">
        {members.map((member, index) => (
          <Row key={member.user?.id ?? index} member={member} onPart={setParting} />
        ))}
      </ul>
      <Leaving parting={parting} onClose={() => setParting(null)} />
    </Card>
  )
}

function Row({ member, onPart }: { member: Member; onPart: (parting: Parting) => void }) {
  const { t } = useTranslation(['team', 'common'])
  const { id: partnerId } = usePartner()
  const { me, may } = useStanding()
  const { date } = useFormats()
  const [change, isBusy] = useAct(ChangeMemberRole)
  const tell = useTelling()
  const { user, role } = member
  const name = user?.name || user?.email || t('unknown')
  const isMe = user !== null && isSame(me.id, user.id)
  const canManage = may('MANAGE_TEAM') && role !== 'OWNER' && user !== null
  return (
    <li className="flex flex-wrap items-center gap-x-3.5 gap-y-2 border-b border-line/60 py-3 last:border-0">
      <span
        aria-hidden="true"
        className="grid size-10 shrink-0 place-items-center rounded-full bg-raised text-[13px] font-bold text-soft"
      >
        {name.slice(0, 2).toUpperCase()}
      </span>
      <div className="min-w-0 flex-1 basis-40">
        <p className="flex items-center gap-2 font-semibold">
          <span className="truncate">{name}</span>
          {isMe && <Badge tone="brand">{t('you')}</Badge>}
        </p>
        <p className="truncate text-[13px] text-soft">
          {user?.email} · {t('since')} {date(member.createdAt)}
        </p>
      </div>
      {canManage && user ? (
        <>
          <select
            aria-label={t('roleOf', { name })}
            value={role}
            disabled={isBusy}
            onChange={async (event) =>
              tell(
                await change({
                  input: { partnerId, userId: user.id, role: event.target.value as MemberRole },
                }),
                t('roleChanged'),
              )
            }
            className="min-h-9 rounded-control border border-line bg-ground px-2.5 text-[14px] hover:border-soft"
          >
            {ROLES.map((each) => (
              <option key={each} value={each}>
                {t(`common:role.${each}`)}
              </option>
            ))}
          </select>
          <Menu
            label={t('actions', { name })}
            button={<Icon name="dots" />}
            items={[
              ...(me.roles.includes('OWNER')
                ? [
                    {
                      label: t('transfer'),
                      onSelect: () => onPart({ act: 'transfer', userId: user.id, name }),
                    },
                  ]
                : []),
              { label: t('remove'), onSelect: () => onPart({ act: 'remove', userId: user.id, name }) },
            ]}
          />
        </>
      ) : (
        <Badge tone={role === 'OWNER' ? 'good' : 'plain'}>{t(`common:role.${role}`)}</Badge>
      )}
    </li>
  )
}
