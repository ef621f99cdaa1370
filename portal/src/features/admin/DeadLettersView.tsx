import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { DeadLetters, type DeadLettersQuery } from '@/api/generated/dead-letters'
import { ReplayDeadLetter } from '@/api/generated/replay-dead-letter'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Tabs } from '@/ui/Tabs'

type Letter = DeadLettersQuery['deadLetters']['nodes'][number]

/** Jobs that failed in every try: why, and once more. */
export function DeadLettersView() {
  const { t } = useTranslation('admin')
  const [shown, setShown] = useState<'open' | 'all'>('open')
  const read = useRead(DeadLetters, { isOpen: shown === 'open' ? true : null })
  return (
    <Page title={t('letters.title')} lead={t('letters.lead')}>
      <Tabs
        label={t('letters.title')}
        tabs={[
          { key: 'open', label: t('letters.open') },
          { key: 'all', label: t('letters.all') },
        ]}
        chosen={shown}
        onChoose={setShown}
      >
        <Answer read={read}>
          {({ deadLetters }) =>
            deadLetters.nodes.length === 0 ? (
              <Card>
                <Empty icon="check" title={t('letters.none')}>
                  {t('letters.noneText')}
                </Empty>
              </Card>
            ) : (
              <ul className="grid gap-4">
                {deadLetters.nodes.map((letter) => (
                  <li key={letter.id}>
                    <OneLetter letter={letter} />
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </Tabs>
    </Page>
  )
}

function OneLetter({ letter }: { letter: Letter }) {
  const { t } = useTranslation('admin')
  const { time } = useFormats()
  const [replay, isBusy] = useAct(ReplayDeadLetter)
  const tell = useTelling()
  return (
    <Card
      title={<code className="font-mono">{letter.job}</code>}
      aside={
        letter.replayedAt ? (
          <Badge tone="good">{t('letters.replayedAt', { time: time(letter.replayedAt) })}</Badge>
        ) : (
          <Button
            isSmall
            isBusy={isBusy}
            onClick={async () => tell(await replay({ input: { id: letter.id } }), t('letters.replayed'))}
          >
            {t('letters.replay')}
          </Button>
        )
      }
    >
      <p className="text-bad">{letter.error}</p>
      <p className="mt-1 text-[13px] text-soft">
        {t('letters.tries', { count: letter.attempts, time: time(letter.lastAt) })}
      </p>
      <pre className="mt-3 overflow-x-auto rounded-control bg-raised p-3 font-mono text-[12px]">
        {JSON.stringify(letter.payload, null, 2)}
      </pre>
    </Card>
  )
}
