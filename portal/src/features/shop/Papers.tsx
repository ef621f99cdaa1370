import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { PurchasePapers } from '@/api/generated/purchase-papers'
import { useRead } from '@/api/hooks'
import { Badge } from '@/ui/Badge'
import { buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import type { Bought } from './CheckoutView'

const AGAIN_MS = 2_500

/** What the buyer is given in writing; asked again until all of it is there. */
export function Papers({ token, bought }: { token: string; bought: Bought }) {
  const { t } = useTranslation('shop')
  const read = useRead(PurchasePapers, { token })
  const papers = read.data?.checkoutDocuments
  const wanted = 1 + bought.refunds.filter((refund) => refund.status === 'SUCCEEDED').length
  const isMissing = !papers || papers.length < wanted || papers.some((paper) => paper.status === 'REQUESTED')
  const { reload } = read
  useEffect(() => {
    if (!isMissing) return
    const timer = setInterval(reload, AGAIN_MS)
    return () => clearInterval(timer)
  }, [isMissing, reload])
  return (
    <Card title={t('papers.title')}>
      <Answer read={read}>
        {({ checkoutDocuments: documents }) =>
          documents.length === 0 ? (
            <p className="text-soft">{t('papers.none')}</p>
          ) : (
            <ul className="grid gap-3" aria-live="polite">
              {documents.map((paper) => (
                <li key={paper.id} className="flex items-center justify-between gap-3">
                  <span className="min-w-0">
                    <span className="block font-medium">{t(`papers.kind.${paper.kind}`)}</span>
                    {paper.number && <span className="block text-[13px] text-soft">{paper.number}</span>}
                  </span>
                  {paper.downloadUrl ? (
                    <a
                      href={paper.downloadUrl}
                      download={paper.fileName ?? true}
                      className={buttonClasses('plain', true)}
                    >
                      <Icon name="download" className="size-4" />
                      PDF
                    </a>
                  ) : (
                    <Badge tone="info">{t('papers.soon')}</Badge>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Card>
  )
}
