import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Packaging } from '@/api/generated/packaging'
import { useRead } from '@/api/hooks'
import { usePartner, useStanding } from '@/api/viewer'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Builder } from './Builder'
import { draftOf, newDraft } from './draft'

/** A new package, from nothing. */
export function NewPackageView() {
  const { t } = useTranslation('packages')
  const { name, id } = usePartner()
  const go = useNavigate()
  const [draft] = useState(() => newDraft(Intl.DateTimeFormat().resolvedOptions().timeZone))
  return (
    <MayWrite title={t('builder.new')}>
      <Builder
        start={draft}
        packaged={null}
        partner={{ id, name }}
        onCreated={(created) => void go({ to: '/packages/$id/edit', params: { id: created }, replace: true })}
      />
    </MayWrite>
  )
}

/** The next version of a package. */
export function EditPackageView() {
  const { t } = useTranslation('packages')
  const { id = '' } = useParams({ strict: false })
  const partner = usePartner()
  const read = useRead(Packaging, { id })
  const packaged = read.data?.package
  const names = packaged?.versions.nodes[0]?.names ?? []
  const title = names.find((each) => each.locale === 'en')?.text ?? names[0]?.text ?? t('list.title')
  return (
    <MayWrite title={title}>
      <Answer read={read}>
        {({ package: found }) =>
          found && found.partner?.id === partner.id ? (
            <Builder
              key={found.id}
              start={draftOf(found)}
              packaged={found}
              partner={{ id: partner.id, name: partner.name }}
              onReload={read.reload}
            />
          ) : (
            <Empty icon="package" title={t('builder.noWay')}>
              {t('builder.noWayText')}
            </Empty>
          )
        }
      </Answer>
    </MayWrite>
  )
}

function MayWrite({ title, children }: { title: string; children: React.ReactNode }) {
  const { t } = useTranslation('packages')
  const { may } = useStanding()
  return (
    <Page title={title} lead={t('builder.lead')}>
      {may('MANAGE_INVENTORY') ? (
        children
      ) : (
        <Empty icon="package" title={t('builder.noWay')}>
          {t('builder.noWayText')}
        </Empty>
      )}
    </Page>
  )
}
