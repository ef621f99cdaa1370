import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { IntegrationGuide, type IntegrationGuideQuery } from '@/api/generated/integration-guide'
import { useRead } from '@/api/hooks'
import { usePartner } from '@/api/viewer'
import { Card } from '@/ui/Card'
import './guide.css'

type Text = NonNullable<IntegrationGuideQuery['integrationGuide']>
const COPIED_MS = 2_000

/** One guide, with a press away to copy each sample. */
export function Guide({ slug }: { slug: string }) {
  const { id: partnerId } = usePartner()
  const read = useRead(IntegrationGuide, { slug, partnerId })
  return (
    <Answer read={read}>{({ integrationGuide: guide }) => (guide ? <Written guide={guide} /> : null)}</Answer>
  )
}

function Written({ guide }: { guide: Text }) {
  const { t } = useTranslation()
  const text = useRef<HTMLDivElement>(null)
  // The text is the server's, so the buttons are put into it where it stands.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has other samples
  useEffect(() => {
    const buttons = [...(text.current?.querySelectorAll('figure.code') ?? [])].map((figure) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'copy'
      button.textContent = t('act.copy')
      button.addEventListener('click', async () => {
        await navigator.clipboard.writeText(figure.querySelector('code')?.textContent ?? '')
        button.textContent = t('act.copied')
        setTimeout(() => {
          button.textContent = t('act.copy')
        }, COPIED_MS)
      })
      const caption = figure.querySelector('figcaption') ?? figure
      caption.append(button)
      return button
    })
    return () => {
      for (const button of buttons) button.remove()
    }
  }, [guide.html, t])
  return (
    <Card className="min-w-0">
      <article lang="en">
        <h2 className="text-2xl font-bold">{guide.title}</h2>
        <p className="mt-1.5 mb-5 text-soft">{guide.summary}</p>
        <div
          ref={text}
          className="guide"
          // biome-ignore lint/security/noDangerouslySetInnerHtml: the graph says that it is safe
          dangerouslySetInnerHTML={{ __html: guide.html.replaceAll('<th></th>', '<td></td>') }}
        />
      </article>
    </Card>
  )
}
