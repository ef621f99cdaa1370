import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { PropertyImports } from '@/api/generated/property-imports'
import { StartPropertyImport } from '@/api/generated/start-property-import'
import { useAct } from '@/api/hooks'
import { usePages } from '@/api/pages'
import { useTelling } from '@/api/telling'
import { useUpload } from '@/api/uploads'
import { usePartner, useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { FileDrop } from '@/ui/FileDrop'
import { Icon } from '@/ui/Icon'
import { More } from '@/ui/More'
import { Page } from '@/ui/Page'
import { ImportBadge } from './ImportBadge'
import { useTemplate } from './labels'
import { save } from './saving'

/** Where a spreadsheet comes in, and those that came before. */
export function ImportsView() {
  const { t } = useTranslation('imports')
  const { may } = useStanding()
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <Link to="/properties" className="inline-flex items-center gap-1 text-[14px] font-semibold text-link">
          <Icon name="left" className="size-4" />
          {t('result.see')}
        </Link>
      }
    >
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[1fr_340px]">
        <div className="grid gap-5">
          {may('MANAGE_PROPERTIES') && <Arrival />}
          <Before />
        </div>
        <TemplateCard />
      </div>
    </Page>
  )
}

function Arrival() {
  const { t } = useTranslation('imports')
  const { id: partnerId } = usePartner()
  const { send, progress } = useUpload(partnerId, 'PROPERTY_IMPORT')
  const [start] = useAct(StartPropertyImport)
  const tell = useTelling()
  const go = useNavigate()

  async function take(file: File) {
    const sent = tell(await send(file))
    if (!sent) return
    const outcome = await start({
      input: { partnerId, uploadId: sent.id, idempotencyKey: crypto.randomUUID() },
    })
    const row = tell(outcome)
    if (row) await go({ to: '/properties/import/$id', params: { id: row.id } })
  }

  return (
    <FileDrop
      label={t('drop')}
      hint={t('types')}
      accept=".csv,.tsv,.txt,.xlsx"
      progress={progress}
      progressLabel={t('sending')}
      onFile={take}
    />
  )
}

function TemplateCard() {
  const { t } = useTranslation('imports')
  const { template } = useTemplate()
  return (
    <Card title={t('templateTitle')}>
      <p className="mb-4 text-soft">{t('templateText')}</p>
      <Button
        disabled={!template}
        onClick={() => template && save(template.fileName, template.csv, 'text/csv')}
      >
        <Icon name="download" className="size-4" />
        {t('template')}
      </Button>
    </Card>
  )
}

function Before() {
  const { t } = useTranslation(['imports', 'common'])
  const { id: partnerId } = usePartner()
  const { relative } = useFormats()
  const read = usePages(PropertyImports, { partnerId }, (data) => data.propertyImports)
  return (
    <Card title={t('before')}>
      <Answer read={read}>
        {(rows) => (
          <>
            {rows.length === 0 && <p className="text-soft">{t('none')}</p>}
            <ul className="grid gap-1">
              {rows.map((row) => (
                <li key={row.id}>
                  <Link
                    to="/properties/import/$id"
                    params={{ id: row.id }}
                    className="-mx-3 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-control px-3 py-2.5 hover:bg-raised"
                  >
                    <Icon name="document" className="size-5 text-soft" />
                    <span className="min-w-0 flex-1 truncate font-semibold">{row.fileName}</span>
                    <span className="text-[13px] text-soft">
                      {t('rows', { count: row.rowCount })} · {relative(row.createdAt)}
                    </span>
                    <ImportBadge status={row.status} />
                  </Link>
                </li>
              ))}
            </ul>
            <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
          </>
        )}
      </Answer>
    </Card>
  )
}
