import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { IntroductionMailPreview, type MailTemplate } from '@/api/generated/introduction-mail-preview'
import { SendTestIntroductionMail } from '@/api/generated/send-test-introduction-mail'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { INDUSTRIES, useCodes } from '@/i18n/codes'
import { LANGUAGE_NAMES, LOCALES } from '@/i18n/i18n'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { Skeleton } from '@/ui/States'
import type { Profile } from './ProfileView'

const TEMPLATES = [
  'INTRODUCTION',
  'INTRODUCTION_REMINDER',
  'INTRODUCTION_STATUS',
  'INTRODUCTION_MESSAGE',
  'INTRODUCTION_ALTERNATIVES',
  'DEMO_CONFIRMED',
  'DEMO_REMINDER',
  'DEMO_CANCELLED',
  'FEEDBACK_ASKED',
] as const satisfies readonly MailTemplate[]

interface Props {
  partnerId: string
  locale: string
  profile: Profile
}

/** The policy of the page holds in its frames too, and takes no style sheets from within; what elements say stays. */
function withoutStyleSheets(html: string) {
  return html.replace(/<style[\s\S]*?<\/style>/gi, '')
}

/** What the mails of introductions look like, before one is sent; one can be sent to oneself. */
export function Mails({ partnerId, locale: own, profile }: Props) {
  const { t } = useTranslation('introducing')
  const code = useCodes()
  const [template, setTemplate] = useState<(typeof TEMPLATES)[number]>('INTRODUCTION')
  const [locale, setLocale] = useState(own)
  const [industry, setIndustry] = useState(profile.industries[0] ?? INDUSTRIES[0])
  const [isOpen, setOpen] = useState(false)
  const [send, isBusy] = useAct(SendTestIntroductionMail)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const read = useRead(IntroductionMailPreview, { partnerId, template, locale, industry })
  const industries = [...new Set([...profile.industries, ...INDUSTRIES])]

  async function test() {
    const outcome = await send({
      input: { partnerId, template, locale, industry, idempotencyKey: key.current },
    })
    // Pressed once more, it is another one.
    key.current = crypto.randomUUID()
    tell(outcome, outcome.row && t('tested', { address: outcome.row.recipient }))
  }

  return (
    <div className="grid gap-5 lg:grid-cols-[320px_minmax(0,1fr)]">
      <Card title={t('mails')} className="self-start">
        <div className="grid gap-4">
          <Select
            label={t('template')}
            value={template}
            onChange={(event) => setTemplate(event.target.value as typeof template)}
            options={TEMPLATES.map((value) => ({ value, label: t(`mail.${value}`) }))}
          />
          <Select
            label={t('mailLocale')}
            value={locale}
            onChange={(event) => setLocale(event.target.value)}
            options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          />
          <Select
            label={t('mailIndustry')}
            hint={t('invented')}
            value={industry}
            onChange={(event) => setIndustry(event.target.value)}
            options={industries.map((value) => ({ value, label: code(value) }))}
          />
          <Button isBusy={isBusy} onClick={test}>
            <Icon name="out" className="size-4" />
            {t('sendTest')}
          </Button>
        </div>
      </Card>
      <Card title={t('preview')}>
        <Answer read={read} skeleton={<Skeleton className="h-[420px] w-full" />}>
          {({ introductionMailPreview: mail }) =>
            mail ? (
              <div className="grid gap-4" aria-live="polite">
                <p>
                  <span className="text-[13px] text-soft">{t('subject')}</span>
                  <span className="block font-semibold">{mail.subject}</span>
                </p>
                <pre className="overflow-x-auto rounded-control border border-line bg-ground p-5 font-sans text-[14px] leading-relaxed break-words whitespace-pre-wrap">
                  {mail.text}
                </pre>
                <details onToggle={(event) => setOpen(event.currentTarget.open)}>
                  <summary className="text-[14px] font-semibold text-link">{t('formatted')}</summary>
                  {isOpen && (
                    <iframe
                      title={t('formatted')}
                      sandbox=""
                      srcDoc={withoutStyleSheets(mail.html)}
                      className="mt-3 h-[520px] w-full rounded-control border border-line bg-[#fff]"
                    />
                  )}
                </details>
              </div>
            ) : (
              <p className="text-soft">{t('noPreview')}</p>
            )
          }
        </Answer>
      </Card>
    </div>
  )
}
