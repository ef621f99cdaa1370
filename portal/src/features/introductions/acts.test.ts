import { expect, test } from 'vitest'
import { actsOf, isTurnOf, mayPick, turnOf } from './acts'

const NOW = Date.parse('2026-11-26T12:00:00Z')
const at = (stage: Parameters<typeof turnOf>[0], scheduledAt: string | null = null) => ({
  stage,
  scheduledAt,
  durationMinutes: scheduledAt ? 30 : null,
})

test('a partner answers by times, a contractor waits, reminds or calls it off', () => {
  expect([...actsOf(at('INTRODUCED'), ['PARTNER'], NOW)]).toEqual(['answer', 'propose', 'cancel'])
  expect([...actsOf(at('INTRODUCED'), ['CONTRACTOR'], NOW)]).toEqual(['cancel', 'remind'])
})

test('what is said of a demo is said once it is over', () => {
  const before = actsOf(at('CONFIRMED', '2026-11-26T11:45:00Z'), ['CONTRACTOR'], NOW)
  const after = actsOf(at('CONFIRMED', '2026-11-26T11:30:00Z'), ['CONTRACTOR'], NOW)

  expect([...before]).toEqual(['pick', 'reschedule', 'cancelDemo'])
  expect([...after]).toEqual(['outcome', 'feedback'])
})

test('what was never scheduled has no outcome, and staff gives no feedback', () => {
  expect(actsOf(at('CLOSED'), ['PARTNER'], NOW).size).toBe(0)
  expect(actsOf(at('HELD', '2026-11-20T10:00:00Z'), ['ADMIN'], NOW).has('feedback')).toBe(false)
})

test('who only looks on does nothing', () => {
  expect(actsOf(at('TIMES_PROPOSED'), [], NOW).size).toBe(0)
})

test('nobody takes a time of its own', () => {
  expect(mayPick('PARTNER', ['PARTNER'])).toBe(false)
  expect(mayPick('PARTNER', ['CONTRACTOR'])).toBe(true)
  expect(mayPick('PLATFORM', ['PARTNER'])).toBe(true)
  expect(mayPick('CONTRACTOR', ['ADMIN'])).toBe(true)
})

test('the side that proposed last waits for the other', () => {
  const steps = [
    { toStage: 'TIMES_PROPOSED', role: 'PARTNER' },
    { toStage: 'TIMES_PROPOSED', role: 'CONTRACTOR' },
  ] as const

  expect(turnOf('TIMES_PROPOSED', steps)).toEqual(['PARTNER'])
  expect(isTurnOf(['CONTRACTOR'], 'TIMES_PROPOSED', steps)).toBe(false)
  expect(turnOf('CONFIRMED', steps)).toEqual([])
})
